import type { SamplerSettings } from '../../src/diffusion/settings/sampler';

/**
 * Why some of the T steps will not be taken, if the next run has as many slots as the last: where every step reveals a
 * slot and none is masked again, more steps than slots are of no use.
 */
export function surplusSteps(sampler: SamplerSettings, lastSlots: number | null): string | null {
  const everyStepReveals =
    sampler.parallel.rule !== 'ancestral' && sampler.remask.remasker === 'none';
  if (lastSlots === null || !everyStepReveals || sampler.steps <= lastSlots) return null;
  return `The last run had ${lastSlots} slots: ${lastSlots} of the ${sampler.steps} steps are enough.`;
}
