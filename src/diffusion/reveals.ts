import { reveal } from './canvas';
import { tokenLogProb } from './prediction';
import { sampleRank } from './sampling';
import type { Standing } from './standing';
import type { Transition } from './trace';

/** Reveals the slots, in this order, each with the token drawn for it; `reason` is asked for the k-th (0-based). */
export function revealAll(
  slots: readonly number[],
  reason: (k: number) => string,
  now: Standing,
): Transition[] {
  const { canvas, prediction, planned, choice, end } = now;
  const { random, allowed } = choice;
  return slots.map((i, k) => {
    const passes = allowed && ((token: number) => allowed(i, token, canvas));
    const rank = sampleRank(prediction, i, planned.plan.sampler, random, passes);
    const j = i * prediction.topK + rank;
    const token = prediction.tokens[j]!;
    const revealed = reveal(canvas, i, token, prediction.logProbs[j]!, reason(k));
    if (end === undefined || token === end) return revealed;
    const endLogProb = tokenLogProb(prediction, i, end);
    return Number.isFinite(endLogProb) ? { ...revealed, endLogProb } : revealed;
  });
}
