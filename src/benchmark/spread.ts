/** The middle of some measurements, and how far they go to either side. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** @returns undefined where a value is missing, or there is none */
export function spreadOf(values: readonly (number | null)[]): Spread | undefined {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0 || sorted.length < values.length) return undefined;
  // The two in the middle, which are the same one where their number is odd.
  const left = sorted[Math.floor((sorted.length - 1) / 2)]!;
  const right = sorted[Math.floor(sorted.length / 2)]!;
  return {
    median: (left + right) / 2,
    least: sorted[0]!,
    most: sorted.at(-1)!,
  };
}
