import { goesByOrder } from '../../../src/diffusion/reveal/order';
import { isAdaptive } from '../../../src/diffusion/reveal/parallel';
import { isDeterministic } from '../../../src/diffusion/search/diversity';
import type { SearchSettings } from '../../../src/diffusion/search/settings';
import type { SamplerSettings } from '../../../src/diffusion/settings/sampler';

/** Why turning a knob of the sampler changes little or nothing with the others as they are; null where it counts. */
export function idleNote(key: string, sampler: SamplerSettings): string | null {
  const ordered = goesByOrder(sampler);
  if (!ordered && key === 'order')
    return 'Without effect here: the parallel rule reveals from left to right, whatever the order.';
  if (!ordered && key === 'orderTemperature')
    return 'Without effect here: the parallel rule pays no heed to the order.';
  if (isAdaptive(sampler.parallel) && key === 'schedule')
    return 'The parallel rule makes its own pace: this only says how much a rewrite masks.';
  return null;
}

/** Why another seed makes no other infill; null where it does. */
export function idleSeedNote(
  sampler: SamplerSettings,
  { candidates, iterations }: SearchSettings,
): string | null {
  if (!isDeterministic(sampler) || candidates > 1 || iterations > 0) return null;
  return 'Every infill comes out alike here, whatever the seed: nothing is drawn at random. More candidates, or a temperature, make others.';
}
