import type { Prediction } from '../denoiser';
import type { Alternative, TraceStep } from './trace';

/** Alternatives kept per slot. */
const ALTERNATIVES = 8;

/** What a trace keeps of a prediction. */
export type SlotViews = Pick<TraceStep, 'confidence' | 'entropy' | 'alternatives'>;

/** Of a step that no prediction led to. */
export const noViews: SlotViews = { confidence: [], entropy: [], alternatives: [] };

/**
 * Rounded to four decimals, which is all a reader can see, so that a trace stays small on its way and on disk; null for
 * NaN, as JSON has none.
 *
 * @param meaningless whether the prediction says nothing of slot i, of which nothing but its confidence is kept then.
 */
export function observe(
  prediction: Prediction,
  confidence: Float64Array,
  meaningless: (i: number) => boolean = () => false,
): SlotViews {
  const seen = rounded(confidence);
  return {
    confidence: seen,
    entropy: rounded(prediction.entropy).map((entropy, i) => (meaningless(i) ? null : entropy)),
    alternatives: seen.map((_, i) => (meaningless(i) ? [] : best(prediction, i))),
  };
}

/** Without those that are impossible (log-probability −∞). */
function best({ topK, tokens, logProbs }: Prediction, i: number): Alternative[] {
  const alternatives: Alternative[] = [];
  for (let j = i * topK; j < i * topK + Math.min(ALTERNATIVES, topK); j++)
    if (logProbs[j]! > Number.NEGATIVE_INFINITY)
      alternatives.push([tokens[j]!, fourDecimals(logProbs[j]!)]);
  return alternatives;
}

function rounded(numbers: Float64Array | Float32Array): (number | null)[] {
  const list = new Array<number | null>(numbers.length);
  for (let i = 0; i < list.length; i++)
    list[i] = Number.isNaN(numbers[i]) ? null : fourDecimals(numbers[i]!);
  return list;
}

function fourDecimals(x: number): number {
  return Math.round(x * 1e4) / 1e4;
}
