import type { Prediction } from '../denoiser';
import { tokenProbability } from '../prediction';

/** Slots of one span on a canvas: the index of the first and how many. */
export interface SlotRange {
  readonly first: number;
  readonly count: number;
}

/**
 * The length of a span by a prediction of its slots while all of them are masked. Pads come after the text, so that
 * slot i is a pad exactly if the text has at most i tokens: P(length ≤ i) = P(slot i is a pad), and the marginals of
 * one pass are the whole distribution of the length. (Taking the most probable token of every slot instead favours
 * short fills: the one pad competes with a probability that the text spreads over many tokens.)
 *
 * @param quantile in (0, 1): the least length that the text exceeds with probability 1 − quantile at most.
 * @returns 1…count; `count` also where the text may well be longer.
 */
export function lengthQuantile(
  prediction: Prediction,
  { first, count }: SlotRange,
  padToken: number,
  quantile: number,
): number {
  // A distribution function never falls; where the model's does, the first slot that reaches the quantile counts.
  for (let length = 0; length < count; length++)
    if (tokenProbability(prediction, first + length, padToken) >= quantile)
      return Math.max(1, length);
  return count;
}
