import { goesByOrder } from '../../../src/diffusion/order';
import { isAdaptive } from '../../../src/diffusion/parallel';
import type { SamplerSettings } from '../../../src/diffusion/settings';

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
