import type { Prediction } from './denoiser';

/** A prediction and the tokens it was made from. */
export interface Observation {
  readonly tokens: Int32Array;
  readonly prediction: Prediction;
}

/** Keeps a token that the earlier prediction found impossible from making the divergence infinite. */
const LEAST = 1e-12;

/**
 * How far the prediction of every slot has moved since the step before: KL(now ‖ before) in nats, S entries; ∞ for a
 * slot that was not masked before, and for all when there is no step before.
 *
 * Both are known by their top K only. A token missing from the earlier top K counts with the least probability in it,
 * and all tokens missing now count as one: both make the result a lower bound, tight where the top K hold nearly all.
 */
export function drift(
  now: Prediction,
  before: Observation | undefined,
  maskToken: number,
): Float64Array {
  const slots = now.entropy.length;
  const moved = new Float64Array(slots).fill(Number.POSITIVE_INFINITY);
  if (before === undefined || before.tokens.length !== slots) return moved;
  const probability = earlierProbabilities(before.prediction);
  for (let i = 0; i < slots; i++)
    if (before.tokens[i] === maskToken) moved[i] = divergence(now, i, probability(i));
  return moved;
}

/**
 * The probability of a token in slot i; the least of its top K for one that is not among them. Slots must be asked for one
 * after the other: all share one table from token to place, as a table per slot would cost more than everything else.
 */
function earlierProbabilities({ topK, tokens, logProbs }: Prediction) {
  const place = new Int32Array(tokens.reduce((most, token) => Math.max(most, token), 0) + 1);
  return (i: number) => {
    const first = i * topK;
    const last = first + topK - 1;
    for (let j = first; j <= last; j++) place[tokens[j]!] = j;
    return (token: number) => {
      const j = place[token] ?? -1;
      return Math.exp(logProbs[j >= first && tokens[j] === token ? j : last]!);
    };
  };
}

/** KL of slot i from the probabilities it had. */
function divergence(
  { topK, tokens, logProbs }: Prediction,
  i: number,
  earlier: (token: number) => number,
): number {
  let sum = 0;
  let rest = 1;
  let restEarlier = 1;
  for (let j = i * topK; j < (i + 1) * topK; j++) {
    const p = Math.exp(logProbs[j]!);
    const q = earlier(tokens[j]!);
    rest -= p;
    restEarlier -= q;
    sum += term(p, q);
  }
  return Math.max(0, sum + term(rest, restEarlier));
}

function term(p: number, q: number): number {
  return p <= 0 ? 0 : p * Math.log(p / Math.max(q, LEAST));
}
