import type { PlannedStep } from '../plan';
import { binomial, type Random } from '../random';
import type { Beliefs } from './order';
import { type AdaptiveRule, short, supported } from './parallel';

/** How many slots, from the front of the order, a step reveals, and why the k-th (0-based) of them. */
export interface Quota {
  readonly count: number;
  readonly reason: (k: number) => string;
}

/** A quota that the model decided on; `due` of it had to be. */
export interface AdaptiveQuota extends Quota {
  readonly due: number;
}

/**
 * What the rule supports, but at least one slot, and at least what it takes to be done in the steps left:
 * T is an upper bound.
 */
export function adaptiveQuota(
  rule: AdaptiveRule,
  ranked: readonly number[],
  { confidence, prediction }: Beliefs,
  { stepsLeft }: PlannedStep,
  drift?: Float64Array,
): AdaptiveQuota {
  const reasons = supported(rule, ranked, confidence, prediction.entropy, drift);
  const due = Math.ceil(ranked.length / stepsLeft);
  const forced = due > 1 ? `${due} due, steps left: ${stepsLeft}` : `first of ${ranked.length}`;
  return {
    // At least one: `due` is never less while a slot is masked.
    count: Math.max(reasons.length, due),
    due,
    reason: (k) => reasons[k] ?? forced,
  };
}

/** As many as the schedule wants, and one more for each slot remasked meanwhile. */
export function fixedQuota(masked: number, remasked: number, { left }: PlannedStep): Quota {
  const count = Math.max(0, Math.min(masked, masked + remasked - left));
  return { count, reason: (k) => `${k + 1} of ${count} by schedule` };
}

/** Every masked slot flips a coin; the last step reveals all. Draws one uniform per masked slot, but none when p ≥ 1 or p ≤ 0. */
export function ancestralQuota(
  masked: number,
  revealProbability: number,
  { stepsLeft }: PlannedStep,
  random: Random,
): Quota {
  if (stepsLeft === 1) return { count: masked, reason: () => 'last step' };
  return {
    count: binomial(masked, revealProbability, random),
    reason: () => `drawn with probability ${short(revealProbability)}`,
  };
}
