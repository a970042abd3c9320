import type { ModelTokenizer } from '../../denoiser/tokenizer';
import type { TokenFilter } from '../../diffusion/reveal/sampling';
import { readableText } from './readableText';

export interface VetoContext {
  readonly tokenizer: Pick<ModelTokenizer, 'textOf' | 'bytesOf' | 'size'>;
  readonly pad: number | undefined;
  /** Of each span, whether its length is settled. */
  readonly settled: readonly boolean[];
  /** What the first token of each span has to begin with. */
  readonly borrowed: readonly string[];
  /** Vetoes brackets; absent where that is not asked for. */
  readonly brackets: TokenFilter | undefined;
}

/**
 * The tokens that a fill may hold: no pad where the length is settled, no first token without what is borrowed, nothing that
 * cannot be read, no bracket that the judge forbids.
 */
export function vetoes(context: VetoContext): TokenFilter {
  const { tokenizer, pad, settled, borrowed, brackets } = context;
  const isReadable = readableText(tokenizer);
  return (slot, token, canvas) => {
    const { span } = canvas.slots[slot]!;
    if (token === pad && settled[span]) return false;
    const start = canvas.slots[slot - 1]?.span === span ? '' : borrowed[span]!;
    if (start !== '' && !tokenizer.textOf(token).startsWith(start)) return false;
    if (!isReadable(slot, token, canvas)) return false;
    return brackets?.(slot, token, canvas) ?? true;
  };
}
