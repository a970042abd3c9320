/**
 * Where a text without an end has most probably ended, by what the model said of it slot by slot while it wrote it. With
 * h_k the probability that the text ended before slot k, it ends there with probability h_k · Π_{j<k} (1 − h_j) and goes
 * on beyond the last slot with Π (1 − h_j) (a discrete hazard). A sampler that takes the most probable token everywhere
 * overlooks an end that is never the best choice in any one slot and yet is somewhere among them for all but certain.
 *
 * @param endLogProbs ln h_k of every slot of the span, in order; null where it is not known, which counts as h = 0.
 * @param mayGoOn whether there is room for more text.
 * @returns the slot before which it ends, 0…length − 1; undefined where the text more probably goes on than not and may,
 * and where nothing is known.
 */
export function probableEnd(
  endLogProbs: readonly (number | null)[],
  mayGoOn: boolean,
): number | undefined {
  let goesOn = 1;
  let best: { readonly slot?: number; readonly probability: number } = { probability: 0 };
  for (const [slot, endLogProb] of endLogProbs.entries()) {
    const hazard = endLogProb === null ? 0 : Math.min(1, Math.exp(endLogProb));
    const probability = goesOn * hazard;
    if (probability > best.probability) best = { slot, probability };
    goesOn *= 1 - hazard;
  }
  return mayGoOn && goesOn >= 0.5 ? undefined : best.slot;
}
