import type { Plan, PlannedStep } from '../plan';

/** Diffusion times before (t) and after (s) a step, 1 ≥ t ≥ s ≥ 0, equal where no mask is revealed, and α at both. */
export interface Moment {
  readonly t: number;
  readonly s: number;
  readonly alphaT: number;
  readonly alphaS: number;
}

/** Fixed and ancestral rules go by the clock: T steps divide the time evenly. */
export function momentByClock({ plan: { alpha }, t, s }: PlannedStep): Moment {
  return { t, s, alphaT: alpha(t), alphaS: s === 0 ? 1 : alpha(s) };
}

/** Adaptive rules make their own pace, so the time is the one at which that many slots are expected to be masked. */
export function momentByCanvas({ schedule, slots }: Plan, masked: number, reveals: number): Moment {
  const before = masked / slots;
  const after = (masked - reveals) / slots;
  return {
    t: schedule.timeAt(before),
    s: schedule.timeAt(after),
    alphaT: 1 - before,
    alphaS: 1 - after,
  };
}
