import { presetNamed } from '../../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../../src/diffusion/settings/sampler';

/** LLaDA with temperature 1, from which tests change what they are about. */
export function sampler(changes: Partial<SamplerSettings> = {}): SamplerSettings {
  return { ...presetNamed('LLaDA')!.sampler, steps: 8, temperature: 1, ...changes };
}

/** Temperature 0 from left to right, by drafts of so many tokens at most. */
export const speculative = (drafts: number, changes: Partial<SamplerSettings> = {}) =>
  sampler({
    steps: 128,
    temperature: 0,
    order: 'left-to-right',
    parallel: { rule: 'speculative', drafts },
    ...changes,
  });
/** A rule that supports no slot that is not certain: one is revealed in each step. */
export const oneByOne = { rule: 'threshold', threshold: 1 } as const;
