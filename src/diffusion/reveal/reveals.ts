import { reveal } from '../canvas';
import { tokenLogProb } from '../prediction';
import type { Standing } from '../step/standing';
import type { Ending, Transition } from '../trace/trace';
import { sampleRank } from './sampling';

/**
 * Reveals the slots, in this order, each with the token drawn for it; `reason` is asked for the k-th (0-based) and its
 * token. The reasons also say how many tokens were vetoed that would have come before it.
 */
export function revealAll(
  slots: readonly number[],
  reason: (k: number, token: number) => string,
  now: Standing,
): Transition[] {
  const { canvas, prediction, planned, choice } = now;
  const { random, allowed } = choice;
  return slots.map((i, k) => {
    let vetoed = 0;
    const passes =
      allowed &&
      ((token: number): boolean => {
        const may = allowed(i, token, canvas);
        if (!may) vetoed++;
        return may;
      });
    const rank = sampleRank(prediction, i, planned.plan.sampler, random, passes);
    const j = i * prediction.topK + rank;
    const token = prediction.tokens[j]!;
    const why = vetoed === 0 ? reason(k, token) : `${reason(k, token)}, ${vetoed} vetoed`;
    const revealed = reveal(canvas, i, token, prediction.logProbs[j]!, why);
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
