import type { Prediction } from './denoiser';
import { gumbel, type Random } from './random';
import type { SamplerSettings } from './settings';

/**
 * The rank (0 = most probable) of the token drawn for slot i. Temperature 0 takes the best and draws nothing. Otherwise
 * Gumbel-max, argmaxⱼ (log pⱼ / temperature + gumbelⱼ), over the nucleus: the fewest best tokens that together hold
 * the share topP of the tempered distribution (Holtzman et al. 2020). In float64: in float32 the Gumbel noise is cut
 * off in its tail, which lowers the temperature silently (Zheng et al. 2025).
 *
 * Draws one uniform per token of the nucleus, by rank. Tokens outside the top K are never drawn.
 */
export function sampleRank(
  prediction: Prediction,
  i: number,
  { temperature, topP }: Pick<SamplerSettings, 'temperature' | 'topP'>,
  random: Random,
): number {
  if (temperature === 0) return 0;
  const { topK, logProbs } = prediction;
  const row = i * topK;
  const nucleus = nucleusSize(prediction, i, temperature, topP);
  let best = 0;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < nucleus; j++) {
    const score = logProbs[row + j]! / temperature + gumbel(random);
    if (score > bestScore) {
      best = j;
      bestScore = score;
    }
  }
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
