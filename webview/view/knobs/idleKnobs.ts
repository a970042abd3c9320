import { isAdaptive } from '../../../src/diffusion/parallel';
import type { SamplerSettings } from '../../../src/diffusion/settings';

/** Why turning a knob of the sampler changes little or nothing with the others as they are; null where it counts. */
export function idleNote(key: string, { parallel, remask }: SamplerSettings): string | null {
  // P2 ranks the slots that it masks again all the same.
  const speculative = parallel.rule === 'speculative' && remask.remasker !== 'p2';
  if (speculative && key === 'order')
    return 'Without effect here: the parallel rule reveals from left to right, whatever the order.';
  if (speculative && key === 'orderTemperature')
    return 'Without effect here: the parallel rule pays no heed to the order.';
  if (isAdaptive(parallel) && key === 'schedule')
    return 'The parallel rule makes its own pace: this only says how much a rewrite masks.';
  return null;
}
