import type { ModelTokenizer } from '../../denoiser/tokenizer';
import type { Canvas } from '../../diffusion/canvas';
import type { TokenFilter } from '../../diffusion/sampling';
import type { EndContext } from './cutEnds';

export interface VetoContext extends Pick<EndContext, 'pad' | 'newErrors'> {
  readonly tokenizer: Pick<ModelTokenizer, 'textOf'>;
  /** Of each span, whether its length is settled. */
  readonly settled: readonly boolean[];
  /** What the first token of each span has to begin with. */
  readonly borrowed: readonly string[];
  /** Vetoes brackets; absent where that is not asked for. */
  readonly brackets: TokenFilter | undefined;
}

/**
 * The tokens that a fill may hold: no pad where the length is settled, none with which the text would end with parse errors,
 * no first token without what is borrowed, no bracket that the judge forbids.
 */
export function vetoes(context: VetoContext): TokenFilter {
  const { tokenizer, pad, settled, borrowed, brackets } = context;
  return (slot, token, canvas) => {
    const { span } = canvas.slots[slot]!;
    if (token === pad && (settled[span] || !mayEndAt(slot, canvas, context))) return false;
    const start = canvas.slots[slot - 1]?.span === span ? '' : borrowed[span]!;
    if (start !== '' && !tokenizer.textOf(token).startsWith(start)) return false;
    return brackets?.(slot, token, canvas) ?? true;
  };
}

/** Whether a span's text may end before a slot: whether it parses, as far as all of it is known. */
function mayEndAt(slot: number, canvas: Canvas, { pad, newErrors }: Omit<VetoContext, 'brackets'>) {
  const { span } = canvas.slots[slot]!;
  const fills = canvas.spanLengths.map((_, each) => {
    const known = canvas.slots.flatMap((other, i) =>
      other.span === each && (each !== span || i < slot) ? [i] : [],
    );
    if (known.some((i) => canvas.state[i] === 'masked')) return null;
    return known.map((i) => canvas.tokens[i]!).filter((token) => token !== pad);
  });
  return fills[span] === null || (newErrors(fills) ?? 0) === 0;
}
