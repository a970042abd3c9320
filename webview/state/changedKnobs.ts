import { type KnobEntry, samplerKnobs } from '../../src/diffusion/settings/knobTable';
import { defaultPreset, type Preset, presets } from '../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../src/diffusion/settings/sampler';
import { sameSettings } from '../../src/diffusion/settings/samplerParts';

/** The keys, in their order, of settings that are not as they would usually be. */
export function changedKeys(settings: object, usual: object): readonly string[] {
  return Object.keys(usual).filter(
    (key) => !sameSettings(Reflect.get(settings, key), Reflect.get(usual, key)),
  );
}

/** Labels of those knobs of which the settings are not as they would usually be. */
export function changedLabels(
  knobs: readonly KnobEntry[],
  settings: object,
  usual: object,
): readonly string[] {
  const changed = changedKeys(settings, usual);
  return knobs.filter(({ key }) => changed.includes(key)).map(({ label }) => label);
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

/** A sampler by the preset that it is the nearest to and the labels of what is otherwise there, T aside. */
export function samplerName(sampler: SamplerSettings): string {
  const { name, sampler: usual } = nearestPreset(sampler);
  const others = changedLabels(samplerKnobs, sampler, { ...usual, steps: sampler.steps });
  return others.length === 0 ? name : butFor(name, others);
}

/** A preset but for some knobs, by their labels. */
export function butFor(preset: string, others: readonly string[]): string {
  return `${preset}, but for ${others.join(', ')}`;
}
