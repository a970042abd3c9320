import { rangeText } from '../../diffusion/settings/knob';
import {
  freshPart,
  type KnobEntry,
  type PartEntry,
  samplerKnobs,
} from '../../diffusion/settings/knobTable';
import { defaultPreset, type Preset, presetNamed, presets } from '../../diffusion/settings/presets';
import {
  type SamplerSettings,
  samplerSchema,
  wrongSettings,
} from '../../diffusion/settings/sampler';
import { UsageError } from '../errors';
import { optionNamed } from './samplerOptions';

/**
 * The sampler's knobs as given on the command line, by the sampler's keys; what is absent comes from the preset.
 * A part is written `name` or `name:key=value,…`.
 */
export type SamplerOptions = { readonly preset?: string | undefined } & {
  readonly [Key in keyof SamplerSettings]?: SamplerSettings[Key] extends number
    ? number | undefined
    : string | undefined;
};

/**
 * The preset with the given knobs turned.
 *
 * @param base what the knobs are turned from where no preset is named
 * @throws {UsageError} naming the presets, or the option and its range.
 */
export function samplerFrom(
  options: SamplerOptions,
  base: SamplerSettings = defaultPreset.sampler,
): SamplerSettings {
  const sampler = options.preset === undefined ? base : findPreset(options.preset).sampler;
  const parsed = samplerSchema.safeParse({ ...sampler, ...givenOf(samplerKnobs, options) });
  if (!parsed.success)
    throw new UsageError(`${wrongSettings(parsed.error, optionNamed).join('; ')}.`);
  return parsed.data;
}

function findPreset(name: string): Preset {
  const found = presetNamed(name);
  if (found) return found;
  const names = presets.map((preset) => preset.name).join(', ');
  throw new UsageError(`There is no preset “${name}”; the presets are ${names}.`);
}

/** Those of the knobs that were given, by their keys. @throws {UsageError} where a part is written in no way it can be */
export function givenOf(knobs: readonly KnobEntry[], options: object): Record<string, unknown> {
  const given = knobs.flatMap((knob): [string, unknown][] => {
    const value: unknown = Reflect.get(options, knob.key);
    if (value === undefined) return [];
    return [[knob.key, knob.kind === 'part' ? partOf(knob, String(value)) : value]];
  });
  return Object.fromEntries(given);
}

/** A part as it was typed. Numbers left out are those the part comes with. @throws {UsageError} */
function partOf(part: PartEntry, typed: string): object {
  const [name = '', ...rest] = typed.split(':');
  const numbers = part.options.find((option) => option.name === name)?.numbers;
  const values: Record<string, number> = {};
  for (const pair of rest.join(':').split(',').filter(Boolean)) {
    const [key, value, ...more] = pair.split('=');
    if (!key || !value?.trim() || more.length > 0 || Number.isNaN(Number(value))) {
      throw new UsageError(`“${typed}”: write a rule as NAME or NAME:KEY=NUMBER,KEY=NUMBER.`);
    }
    if (numbers && !numbers.some((number) => number.key === key)) {
      const has = numbers.map((number) => `${number.key}, ${rangeText(number)}`).join('; ');
      throw new UsageError(`${name} has no ${key}; it has ${has || 'nothing to set'}.`);
    }
    if (Object.hasOwn(values, key))
      throw new UsageError(`“${typed}” sets ${key} more than once: leave the wrong one out.`);
    values[key] = Number(value);
  }
  return { ...freshPart(part, name), ...values };
}
