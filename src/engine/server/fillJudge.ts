import type { LoadedModel } from '../../denoiser';
import type { Canvas } from '../../diffusion/canvas';
import type { TokenFilter } from '../../diffusion/reveal/sampling';
import { BracketGuard, FillSyntax, type SpanPieces } from '../../syntax';
import type { CheckedFillRequest } from '../protocol/messages';

/** What the language of a document has to say of its fills. */
export interface FillJudge {
  /** Parse errors that fills, one per span, add; null for a fill not known yet. Null where nobody can tell. */
  newErrors(texts: readonly (string | null)[]): number | null;
  /** Vetoes tokens that close a bracket which surely cannot match; absent where that is not asked for. */
  readonly brackets: TokenFilter | undefined;
  dispose(): void;
}

const noOpinion: FillJudge = { newErrors: () => null, brackets: undefined, dispose: () => {} };

/**
 * A judge for one request. The text around the spans is parsed when it is first asked. A fill does not fail for want of a
 * judge: the log says what is missing.
 */
export async function judgeOf(model: LoadedModel, request: CheckedFillRequest): Promise<FillJudge> {
  const { language, context, startsDocument, endsDocument, spans } = request;
  const { syntax } = request.search;
  if (syntax === 'off') return noOpinion;
  let opened: FillSyntax | undefined;
  const complain = (error: unknown): void =>
    console.error(`Fills are not checked for parse errors: ${(error as Error).message}`);
  const dispose = (): void => {
    opened?.dispose();
    opened = undefined;
  };
  try {
    const around = { texts: context, startsDocument, endsDocument };
    const present = spans.map(({ text }) => text);
    opened = await FillSyntax.open(language, around, present);
    if (opened === undefined || language === null) return noOpinion;
    const newErrors = (texts: readonly (string | null)[]): number | null => {
      try {
        return opened?.newErrors(texts) ?? null;
      } catch (error) {
        complain(error);
        dispose();
        return null;
      }
    };
    const guard = syntax === 'guide' ? new BracketGuard(language, opened.brackets()) : undefined;
    return { newErrors, brackets: guard && filterBy(guard, model), dispose };
  } catch (error) {
    complain(error);
    dispose();
    return noOpinion;
  }
}

function filterBy(guard: BracketGuard, { tokenizer, tokens }: LoadedModel): TokenFilter {
  const closing = new Map<number, boolean>();
  const textOf = (token: number) => (token === tokens.pad ? '' : tokenizer.textOf(token));
  return (slot, token, canvas) => {
    const closes = closing.get(token) ?? guard.concerns(textOf(token));
    closing.set(token, closes);
    if (!closes) return true;
    const spans = piecesOf(canvas, textOf);
    const { span } = canvas.slots[slot]!;
    const at = slot - canvas.slots.findIndex((each) => each.span === span);
    return guard.allows(spans, span, at, textOf(token));
  };
}

function piecesOf(canvas: Canvas, textOf: (token: number) => string): SpanPieces[] {
  const spans = canvas.spanLengths.map((): (string | null)[] => []);
  for (const [i, { span }] of canvas.slots.entries())
    spans[span]!.push(canvas.state[i] === 'masked' ? null : textOf(canvas.tokens[i]!));
  return spans;
}
