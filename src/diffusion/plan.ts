import type { SlotSet } from './canvas';
import { loopAlpha } from './remask/remdm';
import { blocksOf } from './reveal/blocks';
import { isAdaptive } from './reveal/parallel';
import {
  type Alpha,
  evenShares,
  type Schedule,
  scheduledShares,
  schedules,
  shareLeft,
  timeOfStep,
} from './schedule';
import type { SamplerSettings } from './settings/sampler';
import type { TraceSlot } from './trace/trace';

/** How a set of slots is denoised, settled before the first step. */
export interface Plan {
  readonly sampler: SamplerSettings;
  readonly schedule: Schedule;
  /** The schedule's α, or the loop's where the remasker bends it. */
  readonly alpha: Alpha;
  readonly startTime: number;
  /** The slots it is about. */
  readonly within: SlotSet;
  /** N, those of them that are not pinned. */
  readonly slots: number;
  /** The time of the whole run at time t of this plan: the plans of a run share its time. */
  readonly runTime: (t: number) => number;
}

export interface PlannedStep {
  readonly plan: Plan;
  /** 0-based among the plan's steps. */
  readonly number: number;
  /** Times before and after by the clock; adaptive rules read theirs off the canvas instead. */
  readonly t: number;
  readonly s: number;
  /** Masked slots that the schedule leaves after the step. */
  readonly left: number;
  /** Steps of the plan to go, this one included. */
  readonly stepsLeft: number;
}

/** The canvases a plan is made for. */
export interface Planned {
  /** Before the first step of the run: settles how many steps there are. */
  readonly first: readonly TraceSlot[];
  /** As it stands where the run starts or is taken up again: settles N. */
  readonly present: readonly TraceSlot[];
}

/**
 * The steps of a run: one plan after the other, one for each block (see `blocksOf`). The blocks share the T steps evenly,
 * at least one each, so that a run of more blocks than steps takes as many steps as blocks.
 */
export function planRun(
  sampler: SamplerSettings,
  canvases: Planned,
  startTime: number,
): PlannedStep[] {
  const blocks = blocksOf(canvases.first, sampler);
  const shares = evenShares(Math.max(sampler.steps, blocks.length), blocks.length);
  const whole = isAdaptive(sampler.parallel) ? 1 : startTime;
  return blocks.flatMap((block, k) =>
    planBlock(
      { ...sampler, steps: shares[k]! },
      canvases,
      blocks.length === 1 ? undefined : block,
      startTime,
      (t) => (t + whole * (blocks.length - 1 - k)) / blocks.length,
    ),
  );
}

/**
 * Without a remasker, rules that reveal at least one slot per step need no more steps than masked slots, so T is cut to
 * that number, and steps in which a fixed schedule reveals nothing are dropped, their time going to the next one.
 * With a remasker such steps still revise, and all T are kept.
 */
function planBlock(
  sampler: SamplerSettings,
  { first, present }: Planned,
  within: SlotSet,
  startTime: number,
  runTime: Plan['runTime'],
): PlannedStep[] {
  const inside = (_: TraceSlot, i: number) => within === undefined || within[i] === true;
  const masked = first.filter(inside).filter(({ state }) => state === 'masked').length;
  const slots = present.filter(inside).filter(({ state }) => state !== 'pinned').length;
  const schedule = schedules[sampler.schedule];
  const alpha =
    sampler.remask.remasker === 'remdm-loop'
      ? loopAlpha(schedule.alpha, startTime, sampler.remask)
      : schedule.alpha;
  const keepsSteps = sampler.parallel.rule === 'ancestral' || sampler.remask.remasker !== 'none';
  const count = keepsSteps ? sampler.steps : Math.min(sampler.steps, masked);
  const time = (i: number) => timeOfStep(i, count, startTime);

  const left = slotsLeft(sampler, alpha, masked, count, startTime);
  const kept = left
    .map((_, i) => i)
    .filter(
      (i) => keepsSteps || isAdaptive(sampler.parallel) || left[i] !== (left[i - 1] ?? masked),
    );
  const plan: Plan = { sampler, schedule, alpha, startTime, within, slots, runTime };
  return kept.map((i, number) => ({
    plan,
    number,
    t: number === 0 ? startTime : time(kept[number - 1]! + 1),
    s: time(i + 1),
    left: left[i]!,
    stepsLeft: kept.length - number,
  }));
}

/**
 * The next step of a run that has masks left although all its steps are taken, because they were put there when it was
 * resumed: nothing is remasked any more and at least one slot revealed, so that `masked` such steps always end it. It
 * depends on the canvas alone, so these steps can be resumed as well.
 *
 * @param slots that are not pinned.
 */
export function planBeyond(
  sampler: SamplerSettings,
  startTime: number,
  slots: number,
  masked: number,
): PlannedStep {
  const schedule = schedules[sampler.schedule];
  const time = (left: number) => startTime * schedule.timeAt(left / slots);
  const parallel = isAdaptive(sampler.parallel) ? sampler.parallel : ({ rule: 'fixed' } as const);
  const plan: Plan = {
    sampler: { ...sampler, parallel, remask: { remasker: 'none' } },
    schedule,
    alpha: schedule.alpha,
    startTime,
    within: undefined,
    slots,
    runTime: (t) => t,
  };
  const left = masked - 1;
  return { plan, number: 0, t: time(masked), s: time(left), left, stepsLeft: masked };
}

/** Masked slots left after each step, by the schedule. */
function slotsLeft(
  sampler: SamplerSettings,
  alpha: Alpha,
  masked: number,
  steps: number,
  startTime: number,
): number[] {
  const { remasker } = sampler.remask;
  if (remasker === 'p2') {
    // ⌊M(1 − α(s))/(1 − α(t₀))⌋, M the number of masks at the start: text that a span had before it was given
    // more slots is nothing to mask. The small term keeps 0.29 · 100 from becoming 28.
    return Array.from({ length: steps }, (_, i) =>
      Math.floor(masked * shareLeft(alpha, timeOfStep(i + 1, steps, startTime), startTime) + 1e-9),
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
