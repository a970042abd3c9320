import type { SamplerSettings } from '../../../src/diffusion/settings';

/** LLaDA with temperature 1, from which tests change what they are about. */
export function sampler(changes: Partial<SamplerSettings> = {}): SamplerSettings {
  return {
    steps: 8,
    schedule: 'linear',
    order: 'confidence',
    orderTemperature: 0,
    parallel: { rule: 'fixed' },
    remask: { remasker: 'none' },
    temperature: 1,
    topP: 1,
    ...changes,
  };
}
