import { isAdaptive } from './parallel';
import { loopAlpha } from './remask/remdm';
import {
  type Alpha,
  evenShares,
  type Schedule,
  scheduledShares,
  schedules,
  timeOfStep,
} from './schedule';
import type { SamplerSettings } from './settings';

/** What is settled before the first step. */
export interface Plan {
  readonly sampler: SamplerSettings;
  readonly schedule: Schedule;
  /** The schedule's α, or the loop's where the remasker bends it. */
  readonly alpha: Alpha;
  readonly startTime: number;
  /** N, slots that are not pinned. */
  readonly slots: number;
  readonly steps: readonly PlannedStep[];
}

export interface PlannedStep {
  /** Times before and after by the clock; adaptive rules read theirs off the canvas instead. */
  readonly t: number;
  readonly s: number;
  /** Masked slots that the schedule leaves after the step. */
  readonly left: number;
  /** Steps to go, this one included. */
  readonly stepsLeft: number;
}

/**
 * The steps of a run over `slots` unpinned slots of which `masked` are masked.
 *
 * Without a remasker, rules that reveal at least one slot per step need no more steps than masked slots, so T is cut to
 * that number, and steps in which a fixed schedule reveals nothing are dropped, their time going to the next one.
 * With a remasker such steps still revise, and all T are kept.
 */
export function planRun(
  sampler: SamplerSettings,
  slots: number,
  masked: number,
  startTime: number,
): Plan {
  const schedule = schedules[sampler.schedule];
  const alpha =
    sampler.remask.remasker === 'remdm-loop'
      ? loopAlpha(schedule.alpha, startTime, sampler.remask)
      : schedule.alpha;
  const keepsSteps = sampler.parallel.rule === 'ancestral' || sampler.remask.remasker !== 'none';
  const count = keepsSteps ? sampler.steps : Math.min(sampler.steps, masked);
  const time = (i: number) => timeOfStep(i, count, startTime);

  const left = slotsLeft(sampler, alpha, slots, masked, count, startTime);
  const kept = left
    .map((_, i) => i)
    .filter(
      (i) => keepsSteps || isAdaptive(sampler.parallel) || left[i] !== (left[i - 1] ?? masked),
    );
  const steps = kept.map((i, k) => ({
    t: k === 0 ? startTime : time(kept[k - 1]! + 1),
    s: time(i + 1),
    left: left[i]!,
    stepsLeft: kept.length - k,
  }));
  return { sampler, schedule, alpha, startTime, slots, steps };
}

/**
 * The plan of the next step of a run that is resumed with masks left although all its steps are taken: nothing is
 * remasked any more and at least one slot revealed, so that `masked` such steps always end it. It depends on the canvas
 * alone, so these steps can be resumed as well.
 */
export function planBeyond(
  { sampler, schedule, startTime, slots }: Plan,
  masked: number,
): { plan: Plan; planned: PlannedStep } {
  const time = (left: number) => Math.max(0, startTime * schedule.timeAt(left / slots));
  const left = masked - 1;
  const planned = { t: time(masked), s: time(left), left, stepsLeft: masked };
  const parallel = isAdaptive(sampler.parallel) ? sampler.parallel : ({ rule: 'fixed' } as const);
  const plan: Plan = {
    sampler: { ...sampler, parallel, remask: { remasker: 'none' } },
    schedule,
    alpha: schedule.alpha,
    startTime,
    slots,
    steps: [planned],
  };
  return { plan, planned };
}

/** Masked slots left after each step, by the schedule. */
function slotsLeft(
  sampler: SamplerSettings,
  alpha: Alpha,
  slots: number,
  masked: number,
  steps: number,
  startTime: number,
): number[] {
  const { remasker } = sampler.remask;
  if (remasker === 'p2') {
    // ⌊N(1 − κ)⌋ with κ = α; the small term keeps 0.29 · 100 from becoming 28.
    return Array.from({ length: steps }, (_, i) =>
      Math.floor(slots * (1 - alpha(timeOfStep(i + 1, steps, startTime))) + 1e-9),
    );
  }
  const even = sampler.schedule === 'linear' && remasker !== 'remdm-loop' && steps <= masked;
  const shares = even
    ? evenShares(masked, steps)
    : scheduledShares(alpha, masked, steps, startTime);
  let rest = masked;
  return shares.map((share) => {
    rest -= share;
    return rest;
  });
}
