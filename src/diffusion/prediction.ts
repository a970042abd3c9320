import type { Canvas } from './canvas';
import { type Denoiser, DenoiserError, type Prediction } from './denoiser';

/** Rounding may lift a log-probability or an entropy this far beyond its range. */
const SLACK = 1e-3;

/**
 * Refuses a prediction nothing can be sampled from.
 *
 * @throws {DenoiserError} for wrong lengths; NaN, +∞ or positive log-probabilities; rows out of order (most probable
 * first); rows without any possible token; entropies that are not finite; the mask proposed as a clean token; quality
 * scores that are no probabilities.
 */
export function checkPrediction(prediction: Prediction, slots: number, maskToken: number): void {
  const { topK, tokens, logProbs, entropy, quality } = prediction;
  if (!Number.isInteger(topK) || topK < 1) throw unusable(`proposes ${topK} tokens per slot`);
  expectLength('tokens', tokens.length, slots * topK);
  expectLength('log-probabilities', logProbs.length, slots * topK);
  expectLength('entropies', entropy.length, slots);
  for (let i = 0; i < slots; i++) {
    let previous = SLACK;
    for (let j = i * topK; j < (i + 1) * topK; j++) {
      const logProb = logProbs[j]!;
      if (!(logProb <= previous)) throw unusable(badLogProb(i, logProb));
      if (tokens[j] === maskToken && logProb > Number.NEGATIVE_INFINITY)
        throw unusable(`proposes the mask itself for slot ${i}`);
      previous = logProb;
    }
    if (logProbs[i * topK] === Number.NEGATIVE_INFINITY)
      throw unusable(`finds no token possible for slot ${i}`);
    if (!(Math.abs(entropy[i]!) < Number.POSITIVE_INFINITY && entropy[i]! >= -SLACK))
      throw unusable(`gives slot ${i} an entropy of ${entropy[i]}`);
  }
  if (quality === undefined) return;
  expectLength('quality scores', quality.length, slots);
  for (let i = 0; i < slots; i++)
    if (!(quality[i]! >= -SLACK && quality[i]! <= 1 + SLACK))
      throw unusable(`gives slot ${i} a quality of ${quality[i]}`);
}

function expectLength(what: string, got: number, wanted: number): void {
  if (got !== wanted) throw unusable(`returned ${got} ${what} where ${wanted} were expected`);
}

function badLogProb(slot: number, logProb: number): string {
  return Number.isNaN(logProb) || logProb > SLACK
    ? `gives a token of slot ${slot} a log-probability of ${logProb}`
    : `does not list the tokens of slot ${slot} from the most probable down`;
}

function unusable(what: string): DenoiserError {
  return new DenoiserError(
    `The model ${what}: nothing can be sampled from that. Try another execution provider or model.`,
  );
}

/** Probability of the best token of slot i, in [0, 1]. */
export function bestProbability(prediction: Prediction, i: number): number {
  return Math.min(1, Math.exp(prediction.logProbs[i * prediction.topK]!));
}

/** Log-probability of `token` in slot i; −∞ when it is not among the top K (then it is no better than the last of them). */
export function tokenLogProb(prediction: Prediction, i: number, token: number): number {
  const { topK, tokens, logProbs } = prediction;
  for (let j = i * topK; j < (i + 1) * topK; j++) if (tokens[j] === token) return logProbs[j]!;
  return Number.NEGATIVE_INFINITY;
}

/** Probability of `token` in slot i; 0 when it is not among the top K. */
export function tokenProbability(prediction: Prediction, i: number, token: number): number {
  return Math.min(1, Math.exp(tokenLogProb(prediction, i, token)));
}

/** Probability of the best token of slot i other than `token`, in [0, 1]; 0 when there is none. */
export function rivalProbability(prediction: Prediction, i: number, token: number): number {
  const { topK, tokens, logProbs } = prediction;
  for (let j = i * topK; j < (i + 1) * topK; j++)
    if (tokens[j] !== token) return Math.min(1, Math.exp(logProbs[j]!));
  return 0;
}

/**
 * The model's confidence in every slot, S entries in [0, 1]: the probability of the best proposal where masked (NaN where
 * it was not asked about), of the token now there elsewhere. It knows nothing of temperature or noise. Of a model that is
 * silent about revealed slots, or was not asked, the probability with which the token was revealed; tokens that it did not
 * reveal count as certain.
 */
export function confidences(
  canvas: Canvas,
  prediction: Prediction,
  revealed: Denoiser['revealed'],
): Float64Array {
  const confidence = new Float64Array(canvas.tokens.length);
  for (let i = 0; i < confidence.length; i++)
    if (canvas.state[i] === 'masked') confidence[i] = bestProbability(prediction, i) || Number.NaN;
    else if (revealed === 'predicted' && bestProbability(prediction, i) > 0)
      confidence[i] = tokenProbability(prediction, i, canvas.tokens[i]!);
    else confidence[i] = revealedWith(canvas, i);
  return confidence;
}

/** The probability the token of slot i had when this run revealed it; 1 for the user's own. */
export function revealedWith(canvas: Canvas, i: number): number {
  const logProb = canvas.logProbs[i]!;
  return Number.isNaN(logProb) ? 1 : Math.min(1, Math.exp(logProb));
}
