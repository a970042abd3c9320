import { jStat } from 'jstat';
import { expect } from 'vitest';

/** Which seeds the statistical tests take: 0 as a rule, other numbers for others (see scripts/test-seeds.mts). */
const BATCH = Number(process.env.UNMASK_SEED_BATCH ?? 0);

/**
 * Chance that a correct sampler fails a check: there are hundreds of them, and each change to what is drawn, and each batch of
 * seeds, tries all of them anew. What is wrong is far enough off all the same.
 */
const SIGNIFICANCE = 1e-7;

/** The seeds of `count` runs. */
export function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, i) => BATCH * 1_000_000 + i);
}

/** Standard deviations that a sum may be off by; as rare as SIGNIFICANCE. */
const DEVIATIONS = jStat.normal.inv(1 - SIGNIFICANCE / 2, 0, 1);

/** Fails unless a count of independent events, each of them unlikely, is near what was expected. */
export function expectCount(count: number, expected: number): void {
  // The variance of a sum of coins is at most its mean.
  expect(Math.abs(count - expected)).toBeLessThan(DEVIATIONS * Math.sqrt(expected));
}

/** Pearson's χ² of counts against probabilities, bins expected to hold fewer than 5 pooled into one. */
export function chiSquare(
  counts: readonly number[],
  probabilities: readonly number[],
): { statistic: number; critical: number } {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const bins = counts.map((n, i) => ({ n, expected: total * probabilities[i]! }));
  const large = bins.filter(({ expected }) => expected >= 5);
  const small = bins.filter(({ expected }) => expected < 5);
  const pooled = {
    n: small.reduce((sum, { n }) => sum + n, 0),
    expected: small.reduce((sum, { expected }) => sum + expected, 0),
  };
  // A bin that can never be hit must not be: any count in it is infinitely far off.
  if (pooled.n > 0 && pooled.expected < 1e-9)
    return { statistic: Number.POSITIVE_INFINITY, critical: 0 };
  const used = pooled.expected >= 1e-9 ? [...large, pooled] : large;
  // With a single bin left there is nothing to be off but what was rounded.
  if (used.length === 1) return { statistic: 0, critical: 0 };
  const statistic = used.reduce((sum, { n, expected }) => sum + (n - expected) ** 2 / expected, 0);
  return { statistic, critical: jStat.chisquare.inv(1 - SIGNIFICANCE, used.length - 1) };
}

/** Fails unless the counts are what the probabilities would give. */
export function expectDistribution(
  counts: readonly number[],
  probabilities: readonly number[],
): void {
  expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
  const { statistic, critical } = chiSquare(counts, probabilities);
  expect(statistic).toBeLessThanOrEqual(critical);
}

/** Fails unless the counts are plainly not what the probabilities would give: shows that a test can tell. */
export function expectOtherDistribution(
  counts: readonly number[],
  probabilities: readonly number[],
): void {
  const { statistic, critical } = chiSquare(counts, probabilities);
  expect(statistic).toBeGreaterThan(2 * critical);
}

/** P(k of n), k = 0…n. */
export function binomialProbabilities(n: number, p: number): number[] {
  return Array.from({ length: n + 1 }, (_, k) => jStat.binomial.pdf(k, n, p));
}

/** How often each index 0…bins−1 occurs. */
export function tally(values: readonly number[], bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[value]! += 1;
  return counts;
}
