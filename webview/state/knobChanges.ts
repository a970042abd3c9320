import { type Preset, presetNameOf } from '../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../src/diffusion/settings/sampler';
import type { TraceHeader } from '../../src/diffusion/trace/trace';
import type { Knobs } from '../../src/panel/messages';

/** The knobs with a preset's whole sampler. */
export function withPreset(knobs: Knobs, preset: Preset): Knobs {
  return { ...knobs, preset: preset.name, sampler: preset.sampler };
}

/** The knobs with what a run had of them: its sampler and its seed. */
export function withRun(knobs: Knobs, { sampler, seed }: TraceHeader): Knobs {
  return { ...withSampler(knobs, sampler), seed };
}

/**
 * The knobs with parts of the sampler changed. A preset is a composition of parts, so its name stays when only T
 * changes, and comes back when the parts equal it again; otherwise the sampler is custom.
 */
export function withSampler(knobs: Knobs, change: Partial<SamplerSettings>): Knobs {
  const sampler = { ...knobs.sampler, ...change };
  return { ...knobs, preset: presetNameOf(sampler), sampler };
}
