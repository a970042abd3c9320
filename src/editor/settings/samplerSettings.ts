import { samplerKnobs, searchKnobs } from '../../diffusion/settings/knobTable';

/** Names in the settings that say more than the sampler's own keys do. */
const names: Readonly<Record<string, string>> = { parallel: 'parallelRule', remask: 'remasking' };

/** The setting (without `unmask.`) of a knob of the sampler. */
export const settingOf = (knob: string): string => names[knob] ?? knob;

/** The setting that holds the numbers of the part that another setting names. */
export const parametersOf = (setting: string): string => `${setting}Parameters`;

/** The setting that holds the numbers of a part of the sampler. */
export const numbersSettingOf = (part: string): string => parametersOf(settingOf(part));

/** The setting of a knob of the search, or of the length. */
export const searchSettingOf = (knob: string): string =>
  knob === 'length' ? 'lengthRule' : `search.${knob}`;

/** What the user's settings say of the sampler, not checked yet. */
export interface SamplerValues {
  readonly preset: unknown;
  readonly slots: unknown;
  readonly seed: unknown;
  /** By the sampler's keys; null and `preset` leave a knob to the preset. */
  readonly knobs: Readonly<Record<string, unknown>>;
  /** By the keys of the sampler's parts, and `length`: numbers that take the place of those a part comes with. */
  readonly numbers: Readonly<Record<string, unknown>>;
  /** By the keys of `searchAndLengthSchema`. */
  readonly search: Readonly<Record<string, unknown>>;
}

/** @param read the value of a setting, without `unmask.` */
export function readSamplerValues(read: (setting: string) => unknown): SamplerValues {
  const valuesOf = (keys: readonly string[], setting: (key: string) => string) =>
    Object.fromEntries(keys.map((key) => [key, read(setting(key))]));
  const keys = samplerKnobs.map(({ key }) => key);
  const parts = samplerKnobs.filter(({ kind }) => kind === 'part').map(({ key }) => key);
  return {
    preset: read('preset'),
    slots: read('slots'),
    seed: read('seed'),
    knobs: valuesOf(keys, settingOf),
    numbers: {
      ...valuesOf(parts, numbersSettingOf),
      length: read(parametersOf(searchSettingOf('length'))),
    },
    search: valuesOf(
      searchKnobs.map(({ key }) => key),
      searchSettingOf,
    ),
  };
}
