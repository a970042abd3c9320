import { noiseRandom } from './random';
import { schedules } from './schedule';
import type { ScheduleName } from './settings/sampler';
import type { TraceSlot } from './trace/trace';

/** The forward process q(x_t | x_0), from which a run starts. */

/** t = 1, an infill: `spanLengths[k]` masked slots for span k. Ids count from 0 over all spans. */
export function maskedSlots(spanLengths: readonly number[], maskToken: number): TraceSlot[] {
  return spanLengths
    .flatMap((length, span) => new Array<number>(length).fill(span))
    .map((span, id) => ({ id, span, state: 'masked', token: maskToken }));
}

/**
 * t = strength, a rewrite: each token of each span is masked with probability 1 − α(t), independently.
 * Draws one uniform per token, in document order, from a stream apart from the sampler's. What is no token but the mask
 * stays masked.
 *
 * @param strength in (0, 1]; 1 masks everything.
 * @param schedule that of the sampler which will run from here.
 */
export function noisedSlots(
  spans: readonly (readonly number[])[],
  strength: number,
  maskToken: number,
  seed: number,
  schedule: ScheduleName,
): TraceSlot[] {
  const random = noiseRandom(seed);
  const maskProbability = 1 - schedules[schedule].alpha(strength);
  return spans
    .flatMap((tokens, span) => tokens.map((token) => ({ span, token })))
    .map(({ span, token }, id) =>
      random() < maskProbability || token === maskToken
        ? { id, span, state: 'masked', token: maskToken }
        : { id, span, state: 'revealed', token },
    );
}
