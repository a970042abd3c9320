import { reveal } from './canvas';
import { sampleRank } from './sampling';
import type { Standing } from './standing';
import type { Transition } from './trace';

/** Reveals the slots, in this order, each with the token drawn for it; `reason` is asked for the k-th (0-based). */
export function revealAll(
  slots: readonly number[],
  reason: (k: number) => string,
  { canvas, prediction, planned, choice }: Standing,
): Transition[] {
  const { random, allowed } = choice;
  return slots.map((i, k) => {
    const passes = allowed && ((token: number) => allowed(i, token, canvas));
    const rank = sampleRank(prediction, i, planned.plan.sampler, random, passes);
    const j = i * prediction.topK + rank;
    return reveal(canvas, i, prediction.tokens[j]!, prediction.logProbs[j]!, reason(k));
  });
}
