import type { Prediction } from '../denoiser';

/** A prediction and the tokens it was made from. */
export interface Observation {
  readonly tokens: Int32Array;
  readonly prediction: Prediction;
}

/** Keeps a token that the earlier prediction found impossible from making the divergence infinite. */
const LEAST = 1e-12;
const LOG_LEAST = Math.log(LEAST);

/**
 * How far the prediction of every slot has moved since the step before: KL(now ‖ before) in nats, S entries; ∞ for a
 * slot that was not masked before, and for all when there is no step before.
 *
 * Both are known by their top K only. A token missing from the earlier top K counts with the least probability in it,
 * and all tokens missing now count as one: both make the result a lower bound, tight where the top K hold nearly all.
 *
 * @param least slots whose most probable token is less probable are passed over, as ∞: no rule would take them
 */
export function drift(
  now: Prediction,
  before: Observation | undefined,
  maskToken: number,
  least = 0,
): Float64Array {
  const slots = now.entropy.length;
  const moved = new Float64Array(slots).fill(Number.POSITIVE_INFINITY);
  if (before === undefined || before.tokens.length !== slots) return moved;
  const earlier = earlierLogProbs(before.prediction);
  for (let i = 0; i < slots; i++) {
    if (before.tokens[i] !== maskToken || Math.exp(now.logProbs[i * now.topK]!) < least) continue;
    moved[i] = divergence(now, i, earlier(i));
  }
  return moved;
}

/**
 * The log-probability of a token in slot i; the least of its top K for one that is not among them. Slots must be asked for one
 * after the other: all share one table from token to place, as a table per slot would cost more than everything else.
 */
function earlierLogProbs({ topK, tokens, logProbs }: Prediction) {
  const place = new Int32Array(tokens.reduce((most, token) => Math.max(most, token), 0) + 1);
  return (i: number) => {
    const first = i * topK;
    const last = first + topK - 1;
    for (let j = first; j <= last; j++) place[tokens[j]!] = j;
    return (token: number) => {
      const j = place[token] ?? -1;
      return logProbs[j >= first && tokens[j] === token ? j : last]!;
    };
  };
}

/** KL of slot i from the log-probabilities it had. */
function divergence(
  { topK, tokens, logProbs }: Prediction,
  i: number,
  earlier: (token: number) => number,
): number {
  let sum = 0;
  let rest = 1;
  let restEarlier = 1;
  for (let j = i * topK; j < (i + 1) * topK; j++) {
    const logP = logProbs[j]!;
    const p = Math.exp(logP);
    const logQ = earlier(tokens[j]!);
    rest -= p;
    restEarlier -= Math.exp(logQ);
    if (p > 0) sum += p * (logP - Math.max(logQ, LOG_LEAST));
  }
  if (rest > 0) sum += rest * Math.log(rest / Math.max(restEarlier, LEAST));
  return Math.max(0, sum);
}
