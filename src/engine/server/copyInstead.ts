import type { LoadedModel } from '../../denoiser';
import { canvasOf, meanLogProb } from '../../diffusion/canvas';
import type { Denoiser } from '../../diffusion/denoiser';
import { type Resumption, resumeAfter } from '../../diffusion/resume';
import { copiesFor } from '../../diffusion/search/copies';
import { isDeterministic } from '../../diffusion/search/diversity';
import { lessErrors } from '../../diffusion/search/score';
import { endedText, knownText, logProbsOf, readingOf } from '../../diffusion/search/wholeText';
import type { TraceSlot, Transition } from '../../diffusion/trace';
import type { CheckedFillRequest } from '../protocol/messages';
import { addedStep } from './addedStep';
import { isSettled } from './decideLengths';
import type { FoundFill, SearchContext } from './searchFills';

/** What a copy is judged by beside the model. */
export interface CopyContext extends Pick<SearchContext, 'textsOf' | 'newErrors'> {
  /** What each span's slots took along from the text before. */
  readonly borrowed: readonly string[];
  /**
   * Whether the fill goes on in more slots unless a copy takes its place. It gets no more probable by that, so that a copy which
   * is more probable than what there is of it need not wait for the rest.
   */
  readonly goesOn: boolean;
}

/** Of a model, what copies are made with. */
export interface CopyingModel {
  readonly tokenizer: Pick<LoadedModel['tokenizer'], 'encode'>;
  readonly tokens: Pick<LoadedModel['tokens'], 'pad' | 'elastic'>;
}

/** A text of a span, and what the model makes of it as a whole. */
interface Judged {
  /** Its tokens, and the pad that ends it. */
  readonly tokens: readonly number[];
  /** Of each of them. */
  readonly logProbs: readonly number[];
  readonly score: number;
}

/**
 * Puts ahead of the best fill the same with stretches of the text around in place of spans' texts, where the model finds
 * them more probable as a whole, new parse errors counted in: docs/decisions/0021. It takes one denoiser call per span at
 * most, and none where what was listed beside the fill's own tokens shows that no copy can be more probable.
 *
 * @param fills that are offered, the best first
 * @param state how the run stood after the steps of the best
 * @returns `fills` where the best one stays, as it does with samplers that draw at random, in rewrites, and with models that
 * cannot be read from left to right
 */
export async function copyInstead(
  model: CopyingModel,
  denoiser: Denoiser,
  request: CheckedFillRequest,
  fills: readonly FoundFill[],
  state: Resumption,
  context: CopyContext,
): Promise<readonly FoundFill[]> {
  const { mode, search, sampler } = request;
  if (mode.kind !== 'infill' || search.copies === 0) return fills;
  if (!denoiser.readsCausally || model.tokens.elastic || !isDeterministic(sampler)) return fills;
  // What has ended is offered beside the copy; other spans may have ended.
  if (context.goesOn && (search.candidates > 1 || request.spans.length > 1)) return fills;
  const fill = fills[0]!;
  const started = performance.now();
  const { pad } = model.tokens;
  let { slots } = state;
  let canvases = 0;
  const transitions: Transition[] = [];
  for (const span of request.spans.keys()) {
    const own = slots.filter((slot) => slot.span === span);
    if (isSettled(request, span) || own.some(({ state }) => state !== 'revealed')) continue;
    const text = tokensOf(own, pad);
    const judged = (tokens: readonly number[], logProbs: readonly number[]): Judged => {
      // Parse errors of a text that goes on may go as well.
      if (tokens === text && context.goesOn) return { tokens, logProbs, score: sum(logProbs) };
      const newErrors = context.newErrors(context.textsOf(withText(slots, span, tokens, pad)));
      return { tokens, logProbs, score: lessErrors(sum(logProbs), newErrors) };
    };
    const known =
      sampler.parallel.rule === 'speculative' && transitions.length === 0
        ? knownText(fill.steps, slots, span, text, pad)
        : undefined;
    let best = known && judged(text, known.logProbs);
    const copies = encodedCopies(model, request, span, context).flatMap((tokens) => {
      if (tokens.length > own.length) return [];
      const copy = endedText(tokens, own.length, pad);
      const isSame = copy.length === text.length && copy.every((token, k) => token === text[k]);
      return isSame || (best && known!.atMost(copy) <= best.score) ? [] : [copy];
    });
    if (copies.length === 0) continue;
    const asked = best ? copies : [text, ...copies];
    const predictions = await denoiser.denoise(
      asked.map((each) => readingOf(slots, span, each, denoiser.maskToken)),
    );
    canvases += asked.length;
    for (const [i, tokens] of asked.entries()) {
      const logProbs = logProbsOf(predictions[i]!, tokens);
      // Parsing takes longer than to see that it does not matter.
      if (best && sum(logProbs) <= best.score) continue;
      const other = judged(tokens, logProbs);
      if (!best || other.score > best.score) best = other;
    }
    if (!best || best.tokens === text) continue;
    const changed = withText(slots, span, best.tokens, pad);
    transitions.push(...edits(slots, changed, span, best.logProbs));
    slots = changed;
  }
  if (transitions.length === 0) return fills;
  const step = {
    ...addedStep(state, transitions, denoiser.maskToken),
    ms: performance.now() - started,
    canvases,
  };
  const after = resumeAfter(state, step, denoiser.maskToken);
  const mean = meanLogProb(canvasOf(after.slots, denoiser.maskToken, after.logProbs));
  const texts = context.textsOf(after.slots);
  const copied: FoundFill = {
    ...fill,
    slots: after.slots,
    steps: [...fill.steps, step],
    texts,
    meanLogProb: mean,
    merits: { meanLogProb: mean, newErrors: context.newErrors(texts) },
  };
  const others = fills.filter((other) => other.texts.some((text, span) => text !== texts[span]));
  return [copied, ...others].slice(0, search.candidates);
}

/** Copies for a span as tokens, distinct from each other. */
function encodedCopies(
  { tokenizer }: CopyingModel,
  { context, search }: CheckedFillRequest,
  span: number,
  { borrowed }: CopyContext,
): number[][] {
  const around = {
    before: context[span]!,
    after: context[span + 1]!,
    elsewhere: context.filter((_, piece) => piece !== span && piece !== span + 1),
  };
  return copiesFor(around, search.copies).map((text) => [
    ...tokenizer.encode(`${borrowed[span] ?? ''}${text}`),
  ]);
}

function tokensOf(own: readonly TraceSlot[], pad: number): readonly number[] {
  const end = own.findIndex(({ token }) => token === pad);
  return own.slice(0, end < 0 ? own.length : end + 1).map(({ token }) => token);
}

/** The slots with a text in those of a span; what it leaves are pads. */
function withText(
  slots: readonly TraceSlot[],
  span: number,
  text: readonly number[],
  pad: number,
): TraceSlot[] {
  const first = slots.findIndex((slot) => slot.span === span);
  return slots.map((slot, i) =>
    slot.span === span ? { ...slot, token: text[i - first] ?? pad } : slot,
  );
}

/** What makes the slots hold another text in those of a span. */
function edits(
  slots: readonly TraceSlot[],
  changed: readonly TraceSlot[],
  span: number,
  logProbs: readonly number[],
): Transition[] {
  const first = slots.findIndex((slot) => slot.span === span);
  return changed.flatMap(({ id, token }, i): Transition[] => {
    if (token === slots[i]!.token) return [];
    const logProb = logProbs[i - first] ?? 0;
    return [{ kind: 'edit', slot: id, token, logProb, reason: 'copied: more probable as a whole' }];
  });
}

const sum = (logProbs: readonly number[]) => logProbs.reduce((total, each) => total + each, 0);
