import type * as z from 'zod';
import { defaultSearchAndLength, searchAndLengthSchema } from '../../diffusion/search/settings';
import {
  freshPart,
  type PartEntry,
  samplerKnobs,
  searchKnobs,
} from '../../diffusion/settings/knobTable';
import { defaultPreset, presetNamed, presets } from '../../diffusion/settings/presets';
import {
  type SamplerSettings,
  samplerSchema,
  seedSchema,
  slotsSchema,
  wrongSettings,
} from '../../diffusion/settings/sampler';
import { CUSTOM, sameParts } from '../../diffusion/settings/samplerParts';
import type { Knobs } from '../../panel/messages';
import { parametersOf, type SamplerValues, searchSettingOf, settingOf } from './samplerSettings';

/** The knobs that the settings describe, and what is wrong with the settings, in one sentence. */
export interface StartKnobs {
  readonly knobs: Knobs;
  readonly problem: string | null;
}

/** Values out of range are left out of account: the preset's own stand in for them. */
export function startKnobs(values: SamplerValues): StartKnobs {
  const problems: string[] = [];
  const named = presetNamed(String(values.preset));
  const preset = named ?? defaultPreset;
  if (!named) {
    problems.push(
      `unmask.preset: there is no preset “${values.preset}”; the presets are ${presets.map((each) => each.name).join(', ')}.`,
    );
  }
  const sampler = fitting(
    samplerSchema,
    { ...preset.sampler, ...changes(values, preset.sampler) },
    preset.sampler,
    problems,
  );

  const { length, ...search } = fitting(
    searchAndLengthSchema,
    {
      ...defaultSearchAndLength,
      ...given(values.search),
      length: withNumbers(
        lengthKnob,
        typeof values.search.length === 'string'
          ? freshPart(lengthKnob, values.search.length)
          : defaultSearchAndLength.length,
        values.numbers.length,
      ),
    },
    defaultSearchAndLength,
    problems,
  );

  const checked = <T>(schema: z.ZodType<T>, setting: string, value: unknown, otherwise: T): T => {
    const { data, error } = schema.safeParse(value);
    if (error === undefined) return data;
    problems.push(`unmask.${setting} ${error.issues[0]?.message}.`);
    return otherwise;
  };
  const slots = checked(slotsSchema, 'slots', values.slots, 'auto');
  const seed = checked(seedSchema.nullable(), 'seed', values.seed, null);
  return {
    knobs: {
      preset: sameParts(sampler, preset.sampler) ? preset.name : CUSTOM,
      sampler,
      search,
      length,
      slots,
      seed,
    },
    problem: problems.length === 0 ? null : problems.join(' '),
  };
}

const lengthKnob = searchKnobs.find((knob): knob is PartEntry => knob.key === 'length')!;

/** The keys that hold the name of a part rather than a number of it. */
const tags = new Set<PropertyKey>(
  [...samplerKnobs, ...searchKnobs].flatMap((knob) => (knob.kind === 'part' ? knob.tag : [])),
);

const given = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** What the settings describe, with the usual in place of every knob that cannot be as it is set; `problems` gets to know. */
function fitting<T extends object>(
  schema: z.ZodType<T>,
  set: object,
  usual: T,
  problems: string[],
): T {
  const { data, error } = schema.safeParse(set);
  if (error === undefined) return data;
  const wrong = error.issues.map(({ path: [knob] }) => knob ?? '');
  problems.push(...wrongSettings(error, nameOf).map((wrong) => `${wrong}.`));
  const stand = Object.entries(usual).filter(([knob]) => wrong.includes(knob));
  return schema.safeParse({ ...set, ...Object.fromEntries(stand) }).data ?? usual;
}

/** What the setting under a path of keys is called: `unmask.steps`, or `unmask.parallelRuleParameters.threshold`. */
function nameOf([key, within]: readonly PropertyKey[]): string {
  const knob = String(key);
  const setting = searchKnobs.some((each) => each.key === knob)
    ? searchSettingOf(knob)
    : settingOf(knob);
  return within === undefined || tags.has(within)
    ? `unmask.${setting}`
    : `unmask.${parametersOf(setting)}.${String(within)}`;
}

/** What the settings change of a preset's sampler. */
function changes(values: SamplerValues, preset: SamplerSettings): Record<string, unknown> {
  const changed = samplerKnobs.flatMap((knob): [string, unknown][] => {
    const value = values.knobs[knob.key] ?? 'preset';
    if (knob.kind === 'part') {
      const base =
        value === 'preset' ? preset[knob.key as 'parallel'] : freshPart(knob, `${value}`);
      return [[knob.key, withNumbers(knob, base, values.numbers[knob.key])]];
    }
    return value === 'preset' ? [] : [[knob.key, value]];
  });
  return Object.fromEntries(changed);
}

/** A part with those of the given numbers that it has. */
function withNumbers({ tag, options }: PartEntry, part: object, numbers: unknown): object {
  const option = options.find(({ name }) => name === Reflect.get(part, tag));
  const own = option?.numbers.map(({ key }) => key) ?? [];
  const given = Object.entries(numbers ?? {});
  return { ...part, ...Object.fromEntries(given.filter(([key]) => own.includes(key))) };
}
