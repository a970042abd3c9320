import type { ScheduleName } from './settings/sampler';

/** α: the probability that a token is still unmasked at time t. Falls from 1 at t = 0 to 0 at t = 1. */
export type Alpha = (t: number) => number;

/** A noise schedule: α and its inverse. */
export interface Schedule {
  readonly alpha: Alpha;
  /** The time at which the share `masked` (in [0, 1]) of the slots is expected to be masked: 1 − α(t) = masked. */
  readonly timeAt: (masked: number) => number;
}

/**
 * `linear`: α = 1 − t (LLaDA, MDLM's default). `cosine`: α = 1 − cos(π/2 · (1 − t)) (MaskGIT, Chang et al. 2022):
 * few slots are revealed early, when little is known, and many late.
 */
export const schedules: Readonly<Record<ScheduleName, Schedule>> = {
  linear: { alpha: (t) => 1 - t, timeAt: (masked) => masked },
  cosine: {
    alpha: (t) => 1 - Math.cos((Math.PI / 2) * (1 - t)),
    timeAt: (masked) => 1 - (2 / Math.PI) * Math.acos(masked),
  },
};

/** The time before step i of T: the T steps divide [0, startTime] evenly, from startTime down to 0. */
export function timeOfStep(i: number, steps: number, startTime: number): number {
  return (startTime * (steps - i)) / steps;
}

/** LLaDA's kᵢ = ⌊L/T⌋ + [i < L mod T] (Nie et al. 2025): as even as can be, the larger shares first. */
export function evenShares(slots: number, steps: number): number[] {
  const floor = Math.floor(slots / steps);
  return Array.from({ length: steps }, (_, i) => floor + (i < slots % steps ? 1 : 0));
}

/**
 * The share of the masks at the start that is left at a time: (1 − α(t)) / (1 − α(t₀)). A start so late that α is 1 there has
 * nothing to divide by: all is revealed at once.
 */
export function shareLeft(alpha: Alpha, time: number, startTime: number): number {
  const masked = 1 - alpha(startTime);
  if (time >= startTime) return 1;
  return masked > 0 ? (1 - alpha(time)) / masked : 0;
}

/**
 * How many of `slots` masked slots each of `steps` steps reveals, so that the masked share follows 1 − α(t) from
 * startTime to 0: differences of the rounded cumulative counts. They sum to `slots`; some may be zero.
 */
export function scheduledShares(
  alpha: Alpha,
  slots: number,
  steps: number,
  startTime: number,
): number[] {
  const masked = (i: number) =>
    i === steps
      ? 0
      : Math.round(slots * shareLeft(alpha, timeOfStep(i, steps, startTime), startTime));
  return Array.from({ length: steps }, (_, i) => masked(i) - masked(i + 1));
}
