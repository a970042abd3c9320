import { defaultPreset, type Preset, presetNamed, presets } from '../diffusion/presets';
import { describeSettingsError, type SamplerSettings, samplerSchema } from '../diffusion/settings';
import { UsageError } from './errors';

/** The sampler's knobs as given on the command line; what is absent comes from the preset. */
export interface SamplerOptions {
  readonly preset?: string | undefined;
  readonly steps?: number | undefined;
  readonly schedule?: string | undefined;
  readonly order?: string | undefined;
  readonly orderTemperature?: number | undefined;
  /** `name` or `name:key=value,…`. */
  readonly parallel?: string | undefined;
  /** `name` or `name:key=value,…`. */
  readonly remask?: string | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
}

/**
 * The preset with the given knobs turned.
 *
 * @throws {UsageError} naming the presets, or the knob and its range.
 */
export function samplerFrom(options: SamplerOptions): SamplerSettings {
  const { preset: name, parallel, remask, ...knobs } = options;
  const { sampler } = findPreset(name);
  const parsed = samplerSchema.safeParse({
    ...sampler,
    ...defined(knobs),
    ...(parallel === undefined ? {} : { parallel: parallelRule(parallel) }),
    ...(remask === undefined ? {} : { remask: remasker(remask) }),
  });
  if (!parsed.success) throw new UsageError(describeSettingsError(parsed.error));
  return parsed.data;
}

function findPreset(name: string | undefined): Preset {
  if (name === undefined) return defaultPreset;
  const found = presetNamed(name);
  if (found) return found;
  const names = presets.map((preset) => preset.name).join(', ');
  throw new UsageError(`There is no preset “${name}”; the presets are ${names}.`);
}

function parallelRule(typed: string): object {
  const { name, values } = parseRule(typed);
  const known = presets.find((preset) => preset.sampler.parallel.rule === name);
  return { ...known?.sampler.parallel, rule: name, ...values };
}

function remasker(typed: string): object {
  const { name, values } = parseRule(typed);
  const known = presets.find((preset) => preset.sampler.remask.remasker === name);
  return { ...known?.sampler.remask, remasker: name, ...values };
}

/** Parameters left out keep the value of the first preset that uses the rule. */
function parseRule(typed: string): { name: string; values: Record<string, number> } {
  const [name = '', ...rest] = typed.split(':');
  const values: Record<string, number> = {};
  for (const pair of rest.join(':').split(',').filter(Boolean)) {
    const [key, value] = pair.split('=');
    if (!key || !value || Number.isNaN(Number(value))) {
      throw new UsageError(`“${typed}”: write a rule as NAME or NAME:KEY=NUMBER,KEY=NUMBER.`);
    }
    values[key] = Number(value);
  }
  return { name, values };
}

function defined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}
