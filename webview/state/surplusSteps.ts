import { counted } from '../../src/diffusion/counted';
import { blocksOf } from '../../src/diffusion/reveal/blocks';
import type { SamplerSettings } from '../../src/diffusion/settings/sampler';
import type { TraceSlot } from '../../src/diffusion/trace/trace';

/**
 * T beyond which slots like these are denoised no differently, see `planRun`: where every step reveals a slot and none is
 * masked again, more steps than slots are of no use. Null where all T steps are taken.
 */
export function enoughSteps(sampler: SamplerSettings, slots: readonly TraceSlot[]): number | null {
  const everyStepReveals =
    sampler.parallel.rule !== 'ancestral' && sampler.remask.remasker === 'none';
  if (!everyStepReveals) return null;
  const atStart = slots.map(
    (slot): TraceSlot => (slot.state === 'pinned' ? slot : { ...slot, state: 'masked' }),
  );
  const blocks = blocksOf(atStart, sampler);
  // Blocks share T evenly.
  return blocks.length * Math.max(0, ...blocks.map((block) => block.filter(Boolean).length));
}

/** Why some of the T steps will not be taken, if the next run has slots like the last. */
export function surplusSteps(
  sampler: SamplerSettings,
  lastSlots: readonly TraceSlot[] | null,
): string | null {
  if (lastSlots === null) return null;
  const enough = enoughSteps(sampler, lastSlots);
  if (enough === null || sampler.steps <= enough) return null;
  return `The last run had ${counted(lastSlots.length, 'slot')}: ${enough} of the ${sampler.steps} steps ${enough === 1 ? 'is' : 'are'} enough.`;
}
