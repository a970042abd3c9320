import { defaultSearchAndLength } from '../../src/diffusion/search/settings';
import { type KnobText, rangeText } from '../../src/diffusion/settings/knob';
import {
  type ChoiceEntry,
  type KnobEntry,
  type NumberEntry,
  type PartEntry,
  samplerKnobs,
  searchKnobs,
} from '../../src/diffusion/settings/knobTable';
import {
  parametersOf,
  searchSettingOf,
  settingOf,
} from '../../src/editor/settings/samplerSettings';
import { capital, type Properties, type Property, range, sentence, typeOf } from './properties';

/** The knobs of the sampler, which are left to the preset unless they are set. */
export function samplerSettings(): Properties {
  return Object.fromEntries(
    samplerKnobs.flatMap((knob) => {
      const own = knob.kind === 'number' ? numberOrPreset(knob) : choiceOrPreset(knob);
      return withNumbers(settingOf(knob.key), own, knob);
    }),
  );
}

/** The knobs of the search and of the length, which have values of their own, whatever the preset. */
export function searchSettings(): Properties {
  return Object.fromEntries(
    searchKnobs.flatMap((knob) => {
      const usual: unknown = Reflect.get(defaultSearchAndLength, knob.key);
      return withNumbers(searchSettingOf(knob.key), withDefault(knob, usual), knob);
    }),
  );
}

/** The setting of a knob, and of a part the one that holds its numbers. */
function withNumbers(setting: string, own: Property, knob: KnobEntry): [string, Property][] {
  const named: [string, Property] = [`unmask.${setting}`, own];
  if (knob.kind !== 'part') return [named];
  return [named, [`unmask.${parametersOf(setting)}`, partNumbers(setting, knob)]];
}

function withDefault(knob: KnobEntry, usual: unknown): Property {
  const description = sentence(knob.help);
  if (knob.kind === 'number')
    return {
      type: typeOf(knob),
      ...range(knob),
      default: usual,
      description: `${description} ${capital(rangeText(knob))}.`,
    };
  const options = optionsOf(knob);
  return {
    type: 'string',
    enum: options.map(([name]) => name),
    enumDescriptions: options.map(([, { help }]) => help),
    default: knob.kind === 'part' ? Reflect.get(usual as object, knob.tag) : usual,
    description,
  };
}

function numberOrPreset(knob: NumberEntry): Property {
  return {
    type: [typeOf(knob), 'null'],
    ...range(knob),
    default: null,
    markdownDescription: `${knob.help}. ${capital(rangeText(knob))}; \`null\` leaves it to the preset.`,
  };
}

function choiceOrPreset(knob: ChoiceEntry | PartEntry): Property {
  const options = optionsOf(knob);
  return {
    type: 'string',
    enum: ['preset', ...options.map(([name]) => name)],
    enumDescriptions: ['As the preset says', ...options.map(([, { help }]) => help)],
    default: 'preset',
    description: `${knob.help}.`,
  };
}

const optionsOf = (knob: ChoiceEntry | PartEntry): [name: string, text: KnobText][] =>
  knob.kind === 'choice'
    ? Object.entries(knob.options)
    : knob.options.map((option) => [option.name, option]);

/** One object for the numbers of all options; several may have a number of the same name, each with its own default. */
function partNumbers(setting: string, { options }: PartEntry): Property {
  const properties: Record<string, { readonly description: string }> = {};
  for (const option of options)
    for (const number of option.numbers) {
      const schema = { type: typeOf(number), ...range(number) };
      const before = properties[number.key]?.description;
      properties[number.key] = { ...schema, description: meaningFor(option.name, number, before) };
    }
  return {
    type: 'object',
    properties,
    additionalProperties: false,
    default: {},
    markdownDescription: `Numbers of \`#unmask.${setting}#\` that are to differ from what it comes with, such as \`${example(options)}\`. Those that the present one has are used.`,
  };
}

/** @param before what the number means for options before this one, where they have it too */
function meaningFor(option: string, number: NumberEntry, before: string | undefined): string {
  const meaning = `${number.label}. ${number.help}`;
  const usual = `${number.initial} for ${option}`;
  if (before === undefined) return `${meaning}. ${capital(rangeText(number))}; by itself ${usual}`;
  if (before.includes(meaning)) return `${before}, ${usual}`;
  return `${before}. For ${option}: ${meaning}; by itself ${number.initial}`;
}

function example(options: PartEntry['options']): string {
  const [number] = options.flatMap((option) => option.numbers);
  return number === undefined ? '{}' : `{ "${number.key}": ${number.initial} }`;
}
