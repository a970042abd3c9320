import { reveal } from './canvas';
import { tokenLogProb } from './prediction';
import { sampleRank } from './sampling';
import type { Standing } from './standing';
import type { Ending, Transition } from './trace';

/** Reveals the slots, in this order, each with the token drawn for it; `reason` is asked for the k-th (0-based). */
export function revealAll(
  slots: readonly number[],
  reason: (k: number) => string,
  now: Standing,
): Transition[] {
  const { canvas, prediction, planned, choice } = now;
  const { random, allowed } = choice;
  return slots.map((i, k) => {
    const passes = allowed && ((token: number) => allowed(i, token, canvas));
    const rank = sampleRank(prediction, i, planned.plan.sampler, random, passes);
    const j = i * prediction.topK + rank;
    const token = prediction.tokens[j]!;
    const revealed = reveal(canvas, i, token, prediction.logProbs[j]!, reason(k));
    const ending = endingAt(i, now);
    return ending ? { ...revealed, ending } : revealed;
  });
}

function endingAt(i: number, { canvas, prediction, end, following }: Standing): Ending | undefined {
  if (end === undefined) return undefined;
  const logProb = tokenLogProb(prediction, i, end);
  if (!Number.isFinite(logProb)) return undefined;
  const follow = following[canvas.slots[i]!.span];
  if (follow === undefined) return { logProb, followLogProb: null };
  const least = prediction.logProbs[(i + 1) * prediction.topK - 1]!;
  const followLogProb = Math.max(tokenLogProb(prediction, i, follow), least);
  return Number.isFinite(followLogProb) ? { logProb, followLogProb } : undefined;
}
