import type { SamplerSettings } from '../../../src/diffusion/settings/sampler';
import type { TraceSlot } from '../../../src/diffusion/trace/trace';
import { enoughSteps, surplusSteps } from '../../state/surplusSteps';
import { duration } from '../format';

/** A run that takes longer is worth a word before it starts. */
const LONG_MS = 10_000;

/**
 * What to know about T: that the next run has no use for all its steps, if its slots are like the last one's, or how long it
 * takes where it may take them all.
 *
 * @param stepMs of the last run; null where none is known
 */
export function stepsNote(
  sampler: SamplerSettings,
  lastSlots: readonly TraceSlot[] | null,
  stepMs: number | null,
): string | null {
  const surplus = surplusSteps(sampler, lastSlots);
  const isLong = stepMs !== null && sampler.steps * stepMs >= LONG_MS;
  if (surplus !== null || !isLong || enoughSteps(sampler, lastSlots ?? []) !== null) return surplus;
  const { steps } = sampler;
  return `A run may take ${steps === 1 ? 'its step' : `all ${steps} steps`}: about ${duration(steps * stepMs)} at the pace of the last one.`;
}
