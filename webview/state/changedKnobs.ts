import { defaultPreset, type Preset, presets } from '../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../src/diffusion/settings/sampler';

/** The keys, in their order, of settings that are not as they would usually be. */
export function changedKeys(settings: object, usual: object): readonly string[] {
  return Object.keys(usual).filter(
    (key) => comparable(Reflect.get(settings, key)) !== comparable(Reflect.get(usual, key)),
  );
}

/** Equal for equal settings: a number, a name, or a part with its numbers in whatever order. */
function comparable(setting: unknown): string {
  return typeof setting === 'object' && setting !== null
    ? JSON.stringify(Object.entries(setting).sort(([one], [other]) => (one < other ? -1 : 1)))
    : String(setting);
}

/** The preset that a sampler is the nearest to: the first of those with the fewest knobs changed, T aside. */
export function nearestPreset(sampler: SamplerSettings): Preset {
  const changes = (preset: Preset) =>
    changedKeys(sampler, { ...preset.sampler, steps: sampler.steps }).length;
  return presets.reduce(
    (nearest, preset) => (changes(preset) < changes(nearest) ? preset : nearest),
    defaultPreset,
  );
}
