import { defaultPreset, presetNamed, presets } from '../diffusion/presets';
import { describeSettingsError, type SamplerSettings, samplerSchema } from '../diffusion/settings';
import type { Knobs } from '../panel/messages';

/** The sampler's settings as the user wrote them; null and `preset` leave a part to the preset. */
export interface SamplerValues {
  readonly preset: string;
  readonly steps: number | null;
  readonly slots: number | 'auto';
  readonly order: string;
  readonly parallelRule: string;
  readonly remasking: string;
  readonly temperature: number | null;
  readonly seed: number | null;
}

/** The knobs that the settings describe, and what is wrong with the settings, in one sentence. */
export interface StartKnobs {
  readonly knobs: Knobs;
  readonly problem: string | null;
}

const MOST_SLOTS = 1024;
const LARGEST_SEED = 0xffffffff;

/** Values out of range are left out of account: the preset's own stand in for them. */
export function startKnobs(values: SamplerValues): StartKnobs {
  const problems: string[] = [];
  const named = presetNamed(values.preset);
  const preset = named ?? defaultPreset;
  if (!named) {
    problems.push(
      `unmask.preset: there is no preset “${values.preset}”; the presets are ${presets.map((each) => each.name).join(', ')}.`,
    );
  }
  const parsed = samplerSchema.safeParse({
    ...preset.sampler,
    ...(values.steps === null ? {} : { steps: values.steps }),
    ...(values.order === 'preset' ? {} : { order: values.order }),
    ...(values.temperature === null ? {} : { temperature: values.temperature }),
    ...(values.parallelRule === 'preset' ? {} : { parallel: parallelRule(values.parallelRule) }),
    ...(values.remasking === 'preset' ? {} : { remask: remasker(values.remasking) }),
  });
  if (!parsed.success) problems.push(`Unmask settings: ${describeSettingsError(parsed.error)}.`);
  const sampler = parsed.success ? parsed.data : preset.sampler;
  const slots =
    values.slots === 'auto' || isWhole(values.slots, 1, MOST_SLOTS) ? values.slots : 'auto';
  if (slots !== values.slots) {
    problems.push(`unmask.slots: give “auto” or a whole number from 1 to ${MOST_SLOTS}.`);
  }
  const seed = values.seed === null || isWhole(values.seed, 0, LARGEST_SEED) ? values.seed : null;
  if (seed !== values.seed) {
    problems.push(`unmask.seed: give null or a whole number from 0 to ${LARGEST_SEED}.`);
  }
  return {
    knobs: {
      preset: differsInParts(sampler, preset.sampler) ? 'Custom' : preset.name,
      sampler,
      slots,
      seed,
    },
    problem: problems.length === 0 ? null : problems.join(' '),
  };
}

/** The numbers of a rule chosen by name are those of the first preset that uses it. */
function parallelRule(rule: string): object {
  return (
    presets.find((preset) => preset.sampler.parallel.rule === rule)?.sampler.parallel ?? { rule }
  );
}

function remasker(name: string): object {
  const preset = presets.find((each) => each.sampler.remask.remasker === name);
  return preset?.sampler.remask ?? { remasker: name };
}

/** A preset is a composition of parts; with another T it is still the same preset. */
function differsInParts(one: SamplerSettings, other: SamplerSettings): boolean {
  return JSON.stringify({ ...one, steps: 0 }) !== JSON.stringify({ ...other, steps: 0 });
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}
