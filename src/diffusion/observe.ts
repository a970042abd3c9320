import type { Prediction } from './denoiser';
import type { Alternative, TraceStep } from './trace';

/** What a trace keeps of a prediction. */
export type SlotViews = Pick<TraceStep, 'confidence' | 'entropy' | 'alternatives'>;

/**
 * Rounded to four decimals, which is all a reader can see, so that a trace stays small on its way and on disk.
 *
 * @param count alternatives to keep per slot; impossible ones (log-probability −∞) are left out.
 */
export function observe(
  prediction: Prediction,
  confidence: Float64Array,
  count: number,
): SlotViews {
  return {
    confidence: Array.from(confidence, rounded),
    entropy: Array.from(prediction.entropy, rounded),
    alternatives: Array.from(confidence, (_, i) => best(prediction, i, count)),
  };
}

function best({ topK, tokens, logProbs }: Prediction, i: number, count: number): Alternative[] {
  const alternatives: Alternative[] = [];
  for (let j = i * topK; j < i * topK + Math.min(count, topK); j++)
    if (logProbs[j]! > Number.NEGATIVE_INFINITY)
      alternatives.push([tokens[j]!, rounded(logProbs[j]!)]);
  return alternatives;
}

function rounded(x: number): number {
  return Math.round(x * 1e4) / 1e4;
}
