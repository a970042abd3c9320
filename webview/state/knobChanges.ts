import {
  defaultPreset,
  type Preset,
  presetNamed,
  presetNameOf,
} from '../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../src/diffusion/settings/sampler';
import type { TraceHeader, TraceSlot } from '../../src/diffusion/trace/trace';
import type { Knobs } from '../../src/panel/messages';
import { enoughSteps } from './surplusSteps';

/** The knobs with a preset's whole sampler. */
export function withPreset(knobs: Knobs, preset: Preset): Knobs {
  return { ...knobs, preset: preset.name, sampler: preset.sampler };
}

/**
 * The knobs with what a run had of them: its sampler and its seed, with which it can be had again. Of a T that is larger
 * than its slots had use for, no more is taken than the preset has, for the next run may have more slots.
 *
 * @param slots the run's, as they stand at its end
 */
export function withRun(
  knobs: Knobs,
  { sampler, seed }: Pick<TraceHeader, 'sampler' | 'seed'>,
  slots: readonly TraceSlot[],
): Knobs {
  const enough = enoughSteps(sampler, slots) ?? sampler.steps;
  const usual = presetNamed(presetNameOf(sampler)) ?? defaultPreset;
  const steps = Math.min(sampler.steps, Math.max(enough, usual.sampler.steps));
  return { ...withSampler(knobs, { ...sampler, steps }), seed };
}

/**
 * The knobs with parts of the sampler changed. A preset is a composition of parts, so its name stays when only T
 * changes, and comes back when the parts equal it again; otherwise the sampler is custom.
 */
export function withSampler(knobs: Knobs, change: Partial<SamplerSettings>): Knobs {
  const sampler = { ...knobs.sampler, ...change };
  return { ...knobs, preset: presetNameOf(sampler), sampler };
}
