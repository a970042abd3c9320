import { presetNamed } from '../../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../../src/diffusion/settings/sampler';

/** LLaDA with temperature 1, from which tests change what they are about. */
export function sampler(changes: Partial<SamplerSettings> = {}): SamplerSettings {
  return { ...presetNamed('LLaDA')!.sampler, steps: 8, temperature: 1, ...changes };
}
