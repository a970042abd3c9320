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
  const earlier = new Map<number, number>();
  for (let i = 0; i < slots; i++) {
    if (before.tokens[i] !== maskToken) continue;
    const { topK, tokens, logProbs } = before.prediction;
    earlier.clear();
    for (let j = i * topK; j < (i + 1) * topK; j++) earlier.set(tokens[j]!, Math.exp(logProbs[j]!));
    moved[i] = divergence(now, i, earlier, Math.exp(logProbs[(i + 1) * topK - 1]!));
  }
  return moved;
}

/** KL of slot i from probabilities `earlier`; a token that is not among them counts as `least`. */
function divergence(
  { topK, tokens, logProbs }: Prediction,
  i: number,
  earlier: ReadonlyMap<number, number>,
  least: number,
): number {
  let sum = 0;
  let rest = 1;
  let restEarlier = 1;
  for (let j = i * topK; j < (i + 1) * topK; j++) {
    const p = Math.exp(logProbs[j]!);
    const q = earlier.get(tokens[j]!) ?? least;
    rest -= p;
    restEarlier -= q;
    sum += term(p, q);
  }
  return Math.max(0, sum + term(rest, restEarlier));
}

function term(p: number, q: number): number {
  return p <= 0 ? 0 : p * Math.log(p / Math.max(q, LEAST));
}
