import type { Canvas } from './canvas';
import type { Prediction } from './denoiser';
import { rivalProbability } from './prediction';
import { gumbel, type Random } from './random';
import type { SamplerSettings } from './settings';

/** What an order may look at. `confidence`: see `confidences`. */
export interface Beliefs {
  readonly canvas: Canvas;
  readonly prediction: Prediction;
  readonly confidence: Float64Array;
}

/**
 * `candidates` (slot indices, ascending) from the first to reveal to the last; ties go to the earlier slot.
 * With an order temperature τ > 0 they are drawn one after another without replacement from softmax(score / τ), by
 * Gumbel-top-k (Kool et al. 2019).
 *
 * Scores are measured before any token is drawn, so the order never depends on sampling noise: that is what makes
 * one-at-a-time sampling exact in any order.
 *
 * Draws one uniform per candidate, in slot order, for `random` or τ > 0; otherwise nothing.
 */
export function rank(
  candidates: readonly number[],
  beliefs: Beliefs,
  { order, orderTemperature }: Pick<SamplerSettings, 'order' | 'orderTemperature'>,
  random: Random,
): number[] {
  const keys = new Float64Array(beliefs.canvas.state.length);
  for (const i of candidates) {
    if (order === 'random') keys[i] = random();
    else if (orderTemperature === 0) keys[i] = score(order, i, beliefs);
    else keys[i] = score(order, i, beliefs) / orderTemperature + gumbel(random);
  }
  return candidates.toSorted((a, b) => keys[b]! - keys[a]! || a - b);
}

/** How ready slot i is: higher is sooner. */
function score(
  order: Exclude<SamplerSettings['order'], 'random'>,
  i: number,
  { canvas, prediction, confidence }: Beliefs,
): number {
  switch (order) {
    case 'confidence':
      return confidence[i]!;
    case 'margin': {
      // p₁ − p₂; where a token already stands, how far it leads its best rival.
      const own =
        canvas.state[i] === 'masked' ? prediction.tokens[i * prediction.topK]! : canvas.tokens[i]!;
      return confidence[i]! - rivalProbability(prediction, i, own);
    }
    case 'entropy':
      return -prediction.entropy[i]!;
    case 'left-to-right':
      return -i;
  }
}
