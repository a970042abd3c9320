import type { Canvas } from '../canvas';
import type { Denoiser, Prediction } from '../denoiser';
import { rivalProbability } from '../prediction';
import { gumbel, type Random } from '../random';
import type { SamplerSettings } from '../settings/sampler';

/** What an order may look at. */
export interface Beliefs {
  readonly canvas: Canvas;
  readonly prediction: Prediction;
  /** Whether the prediction speaks of revealed slots. */
  readonly revealed: Denoiser['revealed'];
  /** See `confidences`. */
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
  return candidates.toSorted((a, b) => keys[b]! - keys[a]!);
}

/**
 * Whether a sampler goes by its order. Drafts continue the text, whatever the order; what P2 masks again goes by it all the
 * same.
 */
export const goesByOrder = ({ parallel, remask }: Pick<SamplerSettings, 'parallel' | 'remask'>) =>
  parallel.rule !== 'speculative' || remask.remasker === 'p2';

/** How ready slot i is: higher is sooner. */
function score(
  order: Exclude<SamplerSettings['order'], 'random'>,
  i: number,
  { canvas, prediction, revealed, confidence }: Beliefs,
): number {
  const masked = canvas.state[i] === 'masked';
  const remembered = !masked && revealed === 'silent';
  const c = confidence[i]!;
  switch (order) {
    case 'confidence':
      return c;
    case 'margin': {
      // Nothing can have been more probable beside a token than what it left.
      if (remembered) return c - (1 - c);
      // p₁ − p₂; where a token already stands, how far it leads its best rival.
      const own = masked ? prediction.tokens[i * prediction.topK]! : canvas.tokens[i]!;
      return c - rivalProbability(prediction, i, own);
    }
    case 'entropy':
      return remembered ? -entropyGiven(c) : -prediction.entropy[i]!;
    case 'left-to-right':
      return -i;
  }
}

/**
 * A stand-in for the entropy of a prediction of which only the probability c of the token drawn is known: the least it
 * can have had, that of a coin, where the token was likely; its surprise where it was not. Falls with c, in nats.
 */
function entropyGiven(c: number): number {
  if (c >= 1) return 0;
  return c >= 0.5 ? -c * Math.log(c) - (1 - c) * Math.log(1 - c) : -Math.log(c);
}
