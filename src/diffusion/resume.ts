import { replay } from './replay';
import type { Trace, TraceSlot } from './trace';

/**
 * Where a run is taken up again: everything its next step depends on beside the request. Survives JSON.
 * To branch, change `slots` (pin, mask or replace some of them) or the request's sampler.
 */
export interface Resumption {
  /** Steps taken so far: the next one has this index, and draws what a step of this index draws. */
  readonly step: number;
  /** The slots after them. */
  readonly slots: readonly TraceSlot[];
  /**
   * Natural log-probability of the tokens this run revealed, each as it was then, aligned with `slots`; null for all
   * others. Give null to a slot whose token you change.
   */
  readonly logProbs: readonly (number | null)[];
}

/**
 * A run as it stood after its first `step` steps. Resumed with the trace's own request (its header's slots, sampler and
 * seed) and the same denoiser, it goes on exactly as it did.
 *
 * @param step 0…number of steps.
 * @throws {RangeError} when the trace has no such step.
 */
export function resumeFrom(trace: Trace, step: number): Resumption {
  if (!Number.isInteger(step) || step < 0 || step > trace.steps.length)
    throw new RangeError(
      `The trace has ${trace.steps.length} steps: resume from a whole number from 0 to that, not from ${step}.`,
    );
  const slots = replay(trace, step);
  const known = new Map<number, number>();
  for (const { transitions } of trace.steps.slice(0, step))
    for (const transition of transitions)
      if ('logProb' in transition) known.set(transition.slot, transition.logProb);
  const logProbs = slots.map(({ id, state }) =>
    state === 'revealed' ? (known.get(id) ?? null) : null,
  );
  return { step, slots, logProbs };
}
