import { sameParts } from '../../src/diffusion/samplerParts';
import type { SamplerSettings } from '../../src/diffusion/settings';
import type { Knobs, PanelState } from '../../src/panel/messages';

/** The preset name of a sampler that was put together by hand. */
export const CUSTOM = 'Custom';

/** The knobs with a preset's whole sampler. */
export function withPreset(knobs: Knobs, preset: PanelState['presets'][number]): Knobs {
  return { ...knobs, preset: preset.name, sampler: preset.sampler };
}

/**
 * The knobs with parts of the sampler changed. A preset is a composition of parts, so its name stays when only T
 * changes, and comes back when the parts equal it again; otherwise the sampler is custom.
 */
export function withSampler(
  knobs: Knobs,
  change: Partial<SamplerSettings>,
  presets: PanelState['presets'],
): Knobs {
  const sampler = { ...knobs.sampler, ...change };
  const match = presets.find((preset) => sameParts(preset.sampler, sampler));
  return { ...knobs, preset: match?.name ?? CUSTOM, sampler };
}
