import type { Ending } from '../trace/trace';

/** How plausible a text is, by what the model does not know. */
export interface Plausibility {
  /** That goes on beyond its last slot; 0 where there is no room for more. */
  readonly goingOn: number;
  /** That ends right before a slot. */
  ending(slot: number): number;
}

/** Share of the greatest weight below which an end is not looked at: what it takes to tell how plausible it is costs time. */
const NEGLIGIBLE = 1e-3;

/** How settled an end must be for the text behind it not to be written: its share of what all ends to come could weigh. */
const SETTLED = 0.1;

/** The ends of a text that is written as far as something is known of them, weighed by that. */
interface WeighedEnds {
  readonly ends: readonly { readonly slot: number; readonly weight: number }[];
  /** Probability that it goes on behind them. */
  readonly goesOn: number;
  /** The mean probability of the token behind the span, in the place of each of them. */
  readonly byChance: number;
}

/**
 * Where a text has most probably ended, by what the model said of it slot by slot while it wrote it. With h_k the
 * probability of an end right before slot k, the text ends there with probability h_k · Π_{j<k} (1 − h_j) and goes on
 * beyond the last slot with Π (1 − h_j) (a discrete hazard). A sampler that takes the most probable token everywhere
 * overlooks an end that is never the best choice in any one slot and yet is somewhere among them for all but certain.
 *
 * Each end is weighed by how probable, too, the model found the token behind the span in that slot, a_k: where it would go on
 * with what stands there anyway, the text is complete. A text that goes on gives that token no more than its mean
 * probability over the slots of which an end is known. What this is worth: docs/search.md, Length.
 *
 * @param endings of every slot of the span, in order; null where nothing is known, which counts as h = 0.
 * @param plausible by what else is known of it, a factor in [0, 1].
 * @returns the slot before which it ends, 0…length − 1; undefined where the text more probably goes on than not, and where
 * nothing is known.
 */
export function probableEnd(
  endings: readonly (Ending | null)[],
  { goingOn, ending }: Plausibility,
): number | undefined {
  const weighed = weigh(endings);
  const { slot, inAll } = bestEnd(weighed, ending);
  return goingOn * weighed.goesOn * weighed.byChance >= inAll ? undefined : slot;
}

/**
 * Where a text that is being written from left to right has ended already, so that it need not be written on: where by what is
 * known so far it more probably ended than not, and an end that were more probable than the best one would have to be very
 * probable itself, given that the text has come so far (docs/decisions/0026).
 *
 * @param endings as of `probableEnd`, of the slots that are written
 * @param ending see `Plausibility`; not asked where no end is settled even if all are plausible
 * @returns as `probableEnd`
 */
export function passedEnd(
  endings: readonly (Ending | null)[],
  ending: Plausibility['ending'],
): number | undefined {
  const weighed = weigh(endings);
  const settled = (plausible: Plausibility['ending']): number | undefined => {
    const { slot, weight, inAll } = bestEnd(weighed, plausible);
    const { goesOn, byChance } = weighed;
    return inAll > goesOn * byChance && weight >= SETTLED * goesOn ? slot : undefined;
  };
  return settled(() => 1) === undefined ? undefined : settled(ending);
}

function weigh(endings: readonly (Ending | null)[]): WeighedEnds {
  let goesOn = 1;
  const ends: { readonly slot: number; readonly weight: number }[] = [];
  const follows: number[] = [];
  for (const [slot, ending] of endings.entries()) {
    if (ending === null) continue;
    const hazard = Math.min(1, Math.exp(ending.logProb));
    const follow = Math.exp(ending.followLogProb ?? 0);
    ends.push({ slot, weight: goesOn * hazard * follow });
    goesOn *= 1 - hazard;
    follows.push(follow);
  }
  const byChance = follows.reduce((sum, follow) => sum + follow, 0) / follows.length;
  return { ends, goesOn, byChance };
}

/** The weightiest end with what all weigh, once their plausibility is counted in. */
function bestEnd(
  { ends }: WeighedEnds,
  plausible: Plausibility['ending'],
): { readonly slot?: number; readonly weight: number; readonly inAll: number } {
  const least = Math.max(...ends.map(({ weight }) => weight)) * NEGLIGIBLE;
  let inAll = 0;
  let best: { readonly slot?: number; readonly weight: number } = { weight: 0 };
  for (const { slot, weight: alone } of ends) {
    if (alone < least) continue;
    const weight = alone * plausible(slot);
    if (weight > best.weight) best = { slot, weight };
    inAll += weight;
  }
  return { ...best, inAll };
}
