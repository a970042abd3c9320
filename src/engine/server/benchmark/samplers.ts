import { defaultPreset, presetNamed } from '../../../diffusion/settings/presets';
import type { SamplerSettings } from '../../../diffusion/settings/sampler';

/** The samplers that are measured, for L slots. */
export function measuredSamplers(slots: number): {
  readonly everyStep: SamplerSettings;
  readonly quarter: SamplerSettings;
  readonly adaptive: SamplerSettings;
} {
  const fixed = presetNamed('LLaDA')!.sampler;
  return {
    everyStep: { ...fixed, steps: slots },
    quarter: { ...fixed, steps: Math.max(1, Math.floor(slots / 4)) },
    adaptive: defaultPreset.sampler,
  };
}
