import type { Denoiser } from '../../../diffusion/denoiser';
import { allLogProbs, type Resumption, resumeAfter } from '../../../diffusion/resume';
import { isDeterministic } from '../../../diffusion/search/diversity';
import { knownText } from '../../../diffusion/search/wholeText';
import { likelihoodOf } from '../../../diffusion/trace/likelihood';
import { ruledBy } from '../../../diffusion/trace/ruled';
import type { Alternative, TraceSlot, Transition } from '../../../diffusion/trace/trace';
import type { CheckedFillRequest } from '../../protocol/messages';
import { addedStep } from '../addedStep';
import { isSettled } from '../lengths/decideLengths';
import type { FoundFill } from '../searchFills';
import { type CopyContext, type CopyingModel, judgeOfSpan, withText } from './copyJudge';
import { type Copy, mostProbableCopy } from './mostProbableCopy';

/**
 * Puts ahead of the best fill the same with stretches of the text around in place of spans' texts, where the model finds
 * them more probable as a whole, new parse errors counted in: docs/decisions/0021. It takes a few denoiser calls per span, and
 * none where what was listed beside the fill's own tokens shows that no copy can be more probable.
 *
 * @param fills that are offered, the best first
 * @param state how the run stood after the steps of the best
 * @returns `fills` where it was stopped, and where the best one stays, as it does with samplers that draw at random, in
 * rewrites, and with models that cannot be read from left to right
 */
export async function copyInstead(
  model: CopyingModel,
  denoiser: Denoiser,
  request: CheckedFillRequest,
  fills: readonly FoundFill[],
  state: Resumption,
  context: CopyContext,
): Promise<readonly FoundFill[]> {
  const { mode, search } = request;
  const { tokenizer, tokens } = model;
  const { pad, elastic } = tokens;
  const fill = fills[0]!;
  if (mode.kind !== 'infill' || search.copies === 0 || !isDeterministic(fill.sampler)) return fills;
  if (!denoiser.readsCausally || pad === undefined || elastic || context.signal.aborted)
    return fills;
  // What has ended is offered beside the copy; other spans may have ended.
  if (context.goesOn && (search.candidates > 1 || request.spans.length > 1)) return fills;
  const started = performance.now();
  let { slots } = state;
  let canvases = 0;
  const transitions: Transition[] = [];
  const entropy: (number | null)[] = slots.map(() => null);
  const alternatives: (readonly Alternative[])[] = slots.map(() => []);
  for (const span of request.spans.keys()) {
    const own = slots.filter((slot) => slot.span === span);
    if (isSettled(request, span) || own.some(({ state }) => state !== 'revealed')) continue;
    const text = tokensOf(own, pad);
    const judge = judgeOfSpan({ tokenizer, pad }, request, slots, span, context);
    const copies = judge.copies(own.length, text);
    if (copies.length === 0) continue;
    const known =
      transitions.length === 0 && tellsAll(fill, slots, span)
        ? knownText(fill.steps, slots, span, text, pad)
        : undefined;
    const tried = await mostProbableCopy(
      denoiser,
      { slots, span, text, known, copies },
      { score: judge.score, signal: context.signal },
    );
    if (context.signal.aborted) return fills;
    canvases += tried.canvases;
    if (!tried.copy) continue;
    transitions.push(...edits(own, tried.copy, text, pad));
    const first = slots.indexOf(own[0]!);
    entropy.splice(first, tried.copy.entropy.length, ...tried.copy.entropy);
    alternatives.splice(first, tried.copy.alternatives.length, ...tried.copy.alternatives);
    slots = withText(slots, span, tried.copy.tokens, pad);
  }
  if (transitions.length === 0) return fills;
  const step = {
    ...addedStep(state, transitions, denoiser.maskToken),
    ms: performance.now() - started,
    canvases,
    entropy,
    alternatives,
  };
  const after = resumeAfter(state, step, denoiser.maskToken);
  const texts = context.textsOf(after.slots);
  const copied: FoundFill = {
    ...fill,
    slots: after.slots,
    steps: [...fill.steps, step],
    texts,
    ...likelihoodOf(after.slots, allLogProbs(after), pad),
    newErrors: context.newErrors(texts),
  };
  const others = fills.filter((other) => other.texts.some((text, span) => text !== texts[span]));
  return [copied, ...others].slice(0, search.candidates);
}

/**
 * Whether the steps of a fill tell how probable a span's text is from left to right: every token was revealed behind all before
 * it, which are there still.
 */
function tellsAll(
  { sampler, steps }: FoundFill,
  slots: readonly TraceSlot[],
  span: number,
): boolean {
  const { blockLength, parallel, remask } = sampler;
  return (
    parallel.rule === 'speculative' &&
    remask.remasker === 'none' &&
    // Blocks are begun before all before them is there, and share T.
    blockLength === 0 &&
    // With fewer the last step reveals what it cannot have read.
    sampler.steps >= slots.length &&
    slots.every(({ state }) => state !== 'pinned') &&
    !isReadBehindAnother(steps, slots, span)
  );
}

/** Whether spans before a span were edited since it was begun: it was read behind another text of theirs. */
function isReadBehindAnother(
  steps: FoundFill['steps'],
  slots: readonly TraceSlot[],
  span: number,
): boolean {
  const spanOf = new Map(slots.map(({ id, span }) => [id, span]));
  const begun = steps.findIndex(({ transitions }) =>
    transitions.some(({ kind, slot }) => kind === 'reveal' && spanOf.get(slot) === span),
  );
  return steps
    .slice(begun)
    .some(({ transitions }) =>
      transitions.some(({ kind, slot }) => kind === 'edit' && spanOf.get(slot)! < span),
    );
}

function tokensOf(own: readonly TraceSlot[], pad: number): readonly number[] {
  const end = own.findIndex(({ token }) => token === pad);
  return own.slice(0, end < 0 ? own.length : end + 1).map(({ token }) => token);
}

/**
 * What makes a span's slots hold a copy: from where it parts from the text on all of it is said, also what is the same by chance,
 * as it was said of another text.
 */
function edits(
  own: readonly TraceSlot[],
  { tokens, logProbs }: Copy,
  text: readonly number[],
  pad: number,
): Transition[] {
  const parts = tokens.findIndex((token, k) => token !== text[k]);
  return own.slice(parts).flatMap(({ id, token }, i): Transition[] => {
    const k = parts + i;
    if (k >= tokens.length && token === pad) return [];
    return [
      {
        kind: 'edit',
        slot: id,
        token: tokens[k] ?? pad,
        logProb: logProbs[k] ?? 0,
        reason: ruledBy.copy,
      },
    ];
  });
}
