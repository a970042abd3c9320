import { type Canvas, slotsIn } from '../canvas';
import type { CausalReading, Denoiser, Prediction } from '../denoiser';
import type { PlannedStep } from '../plan';
import { revealAll } from '../reveal/reveals';
import type { Transition } from '../trace/trace';
import { type AroundPlace, draftTokens } from './draft';
import { momentByCanvas } from './moment';
import type { Standing, Taken } from './standing';

/** Token ids of the text before the first span, between spans, and after the last: one more than there are spans. */
export type ContextPieces = readonly (readonly number[])[];

/** Drafts that are read side by side where T is so small that more than one token is due in a step. */
const SIDE_BY_SIDE = 4;

/**
 * How the `speculative` rule reads the canvas before a step, where it can: the model reads causally, everything before the
 * first mask is there and nothing behind it, and nothing is remasked. Where T is small, as many tokens are drafted as have
 * to be revealed in each step that is left, in several ways. The last step has to reveal all, and reads causally only
 * where all is drafted. So a T that is too small falls upon the last step alone: the text that comes first is as good as
 * ever, and may end before.
 *
 * @returns none where the step is to be taken as that of any other rule.
 */
export function causalReadings(
  canvas: Canvas,
  { plan: { sampler, within }, stepsLeft }: PlannedStep,
  { readsCausally, padToken }: Pick<Denoiser, 'readsCausally' | 'padToken'>,
  context: ContextPieces,
): readonly CausalReading[] {
  const { parallel, remask } = sampler;
  if (parallel.rule !== 'speculative' || remask.remasker !== 'none' || !readsCausally) return [];
  const from = canvas.state.indexOf('masked');
  if (from < 0 || canvas.state.some((state, i) => i > from && state !== 'masked')) return [];
  const masked = slotsIn(canvas, 'masked', within).length;
  const due = parallel.drafts === 0 ? 0 : Math.ceil(masked / stepsLeft) - 1;
  const { span } = canvas.slots[from]!;
  const mayDraft = (i: number) => canvas.slots[i]?.span === span && (within?.[i] ?? true);
  if (!mayDraft(from)) return [];
  const most = Math.max(parallel.drafts, due);
  let room = 0;
  while (room < most && mayDraft(from + room + 1)) room++;
  const drafted = draftTokens(
    aroundPlace(canvas, from, context, padToken),
    { most: room, due: Math.min(due, room) },
    due > 0 ? SIDE_BY_SIDE : 1,
  );
  const readings = (drafted.length === 0 ? [[]] : drafted).map((drafts) => ({ from, drafts }));
  return stepsLeft > 1 ? readings : readings.filter(({ drafts }) => drafts.length >= masked - 1);
}

function aroundPlace(
  canvas: Canvas,
  from: number,
  context: ContextPieces,
  pad: number | undefined,
): AroundPlace {
  const { span: present } = canvas.slots[from]!;
  const textOf = (span: number) =>
    canvas.tokens
      .slice(0, from)
      .filter((token, i) => canvas.slots[i]!.span === span && token !== pad);
  const before = context.slice(0, present + 1).flatMap((piece, span) => [piece, textOf(span)]);
  return { before: joined(before), after: joined(context.slice(present + 1)) };
}

/** Many times as fast as `flat` on a context's tokens, which is felt as it is done before every step. */
function joined(pieces: readonly (readonly number[] | Int32Array)[]): number[] {
  const none: number[] = [];
  return none.concat(...pieces.map((piece) => Array.from(piece)));
}

/**
 * A prediction of the slots asked about as one of all slots; of the others nothing is known, so that their log-probabilities
 * are −∞ and their entropy NaN.
 *
 * @param slots S, of the canvas.
 */
export function spreadOut(
  prediction: Prediction,
  { from, drafts }: CausalReading,
  slots: number,
): Prediction {
  const { topK } = prediction;
  const placed = <T extends Int32Array | Float32Array>(all: T, values: T, width: number): T => {
    all.set(values.subarray(0, (drafts.length + 1) * width), from * width);
    return all;
  };
  return {
    topK,
    tokens: placed(new Int32Array(slots * topK), prediction.tokens, topK),
    logProbs: placed(
      new Float32Array(slots * topK).fill(Number.NEGATIVE_INFINITY),
      prediction.logProbs,
      topK,
    ),
    entropy: placed(new Float32Array(slots).fill(Number.NaN), prediction.entropy, 1),
  };
}

/**
 * Reveals the first mask and goes on as long as the token chosen is the draft, for then the next slot was asked about
 * with that very token before it. So the fill is distributed as if slots were revealed one by one from the left, whatever
 * the drafts (speculative sampling, Leviathan et al. 2023, with drafts of which each is certain of itself). Only the last
 * step goes on behind another token than the draft, as nobody will look at the slots again; behind an end, none does.
 */
export function revealDrafted(now: Standing, { from, drafts }: CausalReading): Taken {
  const { plan } = now.planned;
  const masked = slotsIn(now.canvas, 'masked', plan.within).length;
  const transitions: Transition[] = [];
  for (let k = 0; k <= drafts.length; k++) {
    const draft = drafts[k];
    const reason = (_: number, token: number): string => {
      if (draft === undefined) return k === 0 ? 'leftmost' : 'next';
      return token === draft ? 'draft confirmed' : 'instead of the draft';
    };
    transitions.push(...revealAll([from + k], reason, now));
    const token = now.canvas.tokens[from + k];
    if (token === now.end || (token !== draft && now.planned.stepsLeft > 1)) break;
  }
  return { moment: momentByCanvas(plan, masked, transitions.length), transitions };
}
