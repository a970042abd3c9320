import type { Canvas } from '../canvas';
import type { Prediction } from '../denoiser';
import { gumbel, type Random } from '../random';
import type { SamplerSettings } from '../settings/sampler';

/**
 * A veto: whether slot `slot` (an index) may hold `token` on the canvas as it stands, the slots revealed before it in the
 * same step included. Must depend on nothing else, or runs cannot be repeated.
 */
export type TokenFilter = (slot: number, token: number, canvas: Canvas) => boolean;

/**
 * The rank (0 = most probable) of the token drawn for slot i. Temperature 0 takes the best and draws nothing. Otherwise
 * Gumbel-max, argmaxⱼ (log pⱼ / temperature + gumbelⱼ), over the nucleus: the fewest best tokens that together hold
 * the share topP of the tempered distribution (Holtzman et al. 2020). In float64: in float32 the Gumbel noise is cut
 * off in its tail, which lowers the temperature silently (Zheng et al. 2024, arXiv:2409.02908).
 *
 * With a filter, the next best by the same scores that it allows, which is a draw from the nucleus without the vetoed
 * tokens; then the next most probable of the top K; if all of them are vetoed, the one drawn first.
 *
 * Draws one uniform per token of the nucleus, by rank. Tokens outside the top K are never drawn.
 */
export function sampleRank(
  prediction: Prediction,
  i: number,
  { temperature, topP }: Pick<SamplerSettings, 'temperature' | 'topP'>,
  random: Random,
  allowed?: (token: number) => boolean,
): number {
  if (temperature === 0 && allowed === undefined) return 0;
  const { topK, tokens, logProbs } = prediction;
  const row = i * topK;
  const nucleus = temperature === 0 ? 1 : nucleusSize(prediction, i, temperature, topP);
  const scores = new Float64Array(nucleus);
  if (temperature > 0)
    for (let j = 0; j < nucleus; j++) scores[j] = logProbs[row + j]! / temperature + gumbel(random);
  const drawn = indexOfMax(scores);
  if (allowed === undefined) return drawn;

  const passes = (j: number) => allowed(tokens[row + j]!);
  for (let left = nucleus, j = drawn; left > 0; left--, j = indexOfMax(scores)) {
    if (passes(j)) return j;
    scores[j] = Number.NaN;
  }
  for (let j = nucleus; j < topK && logProbs[row + j]! > Number.NEGATIVE_INFINITY; j++)
    if (passes(j)) return j;
  return drawn;
}

/** The first index of the greatest number; NaNs are left out. */
function indexOfMax(numbers: Float64Array): number {
  let best = 0;
  for (let j = 1; j < numbers.length; j++)
    if (numbers[j]! > numbers[best]! || Number.isNaN(numbers[best]!)) best = j;
  return best;
}

function nucleusSize(prediction: Prediction, i: number, temperature: number, topP: number): number {
  const { topK, logProbs } = prediction;
  const row = i * topK;
  const weight = (j: number) => Math.exp((logProbs[row + j]! - logProbs[row]!) / temperature);
  let possible = 0;
  let total = 0;
  while (possible < topK && logProbs[row + possible]! > Number.NEGATIVE_INFINITY)
    total += weight(possible++);
  if (topP >= 1) return possible;
  let held = 0;
  let size = 0;
  while (size < possible && held < topP * total) held += weight(size++);
  return size;
}
