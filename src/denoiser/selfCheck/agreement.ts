import type { Prediction } from '../../diffusion/denoiser';

/** Largest difference, in nats, up to which two execution providers count as computing the same model. */
export const TOLERANCE = 0.05;

/** Tokens less probable than this, and beyond the first few, decide nothing and are not compared. */
const LEAST_LOG_PROB = Math.log(1e-3);
const COMPARED_TOKENS = 8;

/**
 * The largest difference between two sets of predictions of the same canvases: of the log-probabilities of the
 * reference's most probable tokens, and of the entropies. Infinite where such a token is missing.
 */
export function largestDifference(
  reference: readonly Prediction[],
  tried: readonly Prediction[],
): number {
  let largest = reference.length === tried.length ? 0 : Infinity;
  reference.forEach((expected, canvas) => {
    const found = tried[canvas];
    if (!found || found.entropy.length !== expected.entropy.length) {
      largest = Infinity;
      return;
    }
    for (let slot = 0; slot < expected.entropy.length; slot++) {
      largest = Math.max(
        largest,
        Math.abs(expected.entropy[slot]! - found.entropy[slot]!),
        slotDifference(expected, found, slot),
      );
    }
  });
  return largest;
}

/** How much predictions differ from the reference, in nats, where that is more than tolerated, or no number. */
export function disagreement(
  reference: readonly Prediction[],
  tried: readonly Prediction[],
): number | undefined {
  const difference = largestDifference(reference, tried);
  return difference <= TOLERANCE ? undefined : difference;
}

function slotDifference(expected: Prediction, found: Prediction, slot: number): number {
  let largest = 0;
  for (let k = 0; k < Math.min(COMPARED_TOKENS, expected.topK); k++) {
    const logProb = expected.logProbs[slot * expected.topK + k]!;
    if (logProb < LEAST_LOG_PROB) break;
    const row = found.tokens.subarray(slot * found.topK, (slot + 1) * found.topK);
    const at = row.indexOf(expected.tokens[slot * expected.topK + k]!);
    if (at < 0) return Infinity;
    largest = Math.max(largest, Math.abs(logProb - found.logProbs[slot * found.topK + at]!));
  }
  return largest;
}
