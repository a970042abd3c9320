import type { Prediction } from '../denoiser';
import { bestProbability } from '../prediction';
import type { SlotRange } from './quantile';

/**
 * How sure a model is of a fill of a given length as a rule, whatever the context: mean Φ at some lengths. Lengths
 * ascend; between them it is linear, beyond them flat.
 */
export interface LengthBias {
  readonly slots: readonly number[];
  readonly confidence: readonly number[];
}

/** Φ(L) = mean over L masked slots of the probability of the best token, by one pass; in [0, 1]. */
export function meanConfidence(prediction: Prediction, { first, count }: SlotRange): number {
  let sum = 0;
  for (let i = first; i < first + count; i++) sum += bestProbability(prediction, i);
  return sum / count;
}

/** The bias at a length. */
export function biasAt({ slots, confidence }: LengthBias, length: number): number {
  const above = slots.findIndex((known) => known >= length);
  if (above < 0) return confidence.at(-1) ?? 0;
  if (above === 0) return confidence[0]!;
  const [low, high] = [slots[above - 1]!, slots[above]!];
  const share = (length - low) / (high - low);
  return confidence[above - 1]! * (1 - share) + confidence[above]! * share;
}

export interface LengthSearch {
  /** Φ at some lengths; asked for a few at a time, which may share a batch. Undefined ends the search. */
  readonly probe: (lengths: readonly number[]) => Promise<readonly number[] | undefined>;
  readonly bias: LengthBias;
  readonly start: number;
  /** Range of lengths, 1 ≤ least ≤ start ≤ most. */
  readonly least: number;
  readonly most: number;
}

/**
 * Calibrated length search (CAL, Liu et al. 2026, arXiv:2602.00476): climbs from `start` both ways to a local maximum
 * of Φ(L) − bias(L). Strides begin at a quarter of the length and are halved where neither neighbour is better, down
 * to 1. Each length is asked about once.
 *
 * @returns undefined when the probe ended it.
 */
export async function calibratedLength(search: LengthSearch): Promise<number | undefined> {
  const { probe, bias, start, least, most } = search;
  const known = new Map<number, number>();
  const ask = async (lengths: readonly number[]): Promise<boolean> => {
    const unknown = lengths.filter((length) => !known.has(length));
    if (unknown.length === 0) return true;
    const found = await probe(unknown);
    if (found === undefined) return false;
    for (const [i, length] of unknown.entries())
      known.set(length, found[i]! - biasAt(bias, length));
    return true;
  };
  let length = start;
  if (!(await ask([length]))) return undefined;
  for (let stride = Math.max(1, Math.round(start / 4)); stride >= 1; ) {
    const neighbours = [length - stride, length + stride].filter((n) => n >= least && n <= most);
    if (!(await ask(neighbours))) return undefined;
    const best = neighbours.reduce((a, b) => (known.get(b)! > known.get(a)! ? b : a), length);
    if (best === length) stride = Math.floor(stride / 2);
    else length = best;
  }
  return length;
}
