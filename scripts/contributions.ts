import * as z from 'zod';
import { defaultSearchAndLength } from '../src/diffusion/search/settings';
import { rangeText } from '../src/diffusion/settings/knob';
import {
  type KnobEntry,
  knobsOf,
  type NumberEntry,
  type PartEntry,
  samplerKnobs,
  searchKnobs,
} from '../src/diffusion/settings/knobTable';
import { defaultPreset, presets } from '../src/diffusion/settings/presets';
import { seedSchema, slotsSchema } from '../src/diffusion/settings/sampler';
import { contextCharacters } from '../src/editor/settings/contextCharacters';
import { engineIdle } from '../src/editor/settings/engineIdle';
import { onlyOn, providerNames } from '../src/editor/settings/providerNames';
import {
  numbersSettingOf,
  parametersOf,
  searchSettingOf,
  settingOf,
} from '../src/editor/settings/samplerSettings';
import { usualHoleMarker } from '../src/engine/client/holes';
import {
  contextCacheSchema,
  defaultContextCacheMegabytes,
  type ExecutionProvider,
  executionProviderSchema,
  threadsSchema,
  wantedProviderSchema,
} from '../src/engine/protocol/messages';

type Properties = Record<string, Record<string, unknown>>;

const systems = { linux: 'Linux', win32: 'Windows', darwin: 'macOS' };

/** A group of settings, as the settings editor shows them. */
export interface SettingsGroup {
  readonly title: string;
  readonly order: number;
  readonly properties: Properties;
}

/**
 * `contributes.configuration` of package.json, made from the schemas that check the settings.
 *
 * @param written what is there: settings that no schema knows of are kept, before those of the engine
 */
export function settingsContributions(written: readonly SettingsGroup[]): SettingsGroup[] {
  const groups: Record<string, Properties> = {
    Run: runSettings(),
    Sampler: samplerSettings(),
    Search: searchSettings(),
    Context: contextSettings(),
    Engine: engineSettings(),
  };
  const made = new Set(Object.values(groups).flatMap((properties) => Object.keys(properties)));
  const kept = written
    .flatMap(({ properties }) => Object.entries(properties))
    .filter(([name]) => !made.has(name));
  groups.Engine = { ...Object.fromEntries(kept), ...groups.Engine };
  return Object.entries(groups).map(([title, properties], group) => ({
    title,
    order: group + 1,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property], index) => [
        name,
        { ...property, order: index + 1 },
      ]),
    ),
  }));
}

function runSettings(): Properties {
  const { slots, seed } = numbers({ slots: slotsSchema.options[1], seed: seedSchema });
  return {
    'unmask.preset': {
      type: 'string',
      enum: presets.map(({ name }) => name),
      enumDescriptions: presets.map(({ summary }) => summary),
      default: defaultPreset.name,
      markdownDescription:
        'The sampler a run starts with. The settings of the sampler change parts of it; the knobs of the denoising panel change them for the present workspace.',
    },
    'unmask.holeMarker': {
      type: 'string',
      default: usualHoleMarker,
      markdownDescription:
        'What you write where something is to be filled in; *Fill All Holes in File* fills every place where it stands.',
    },
    'unmask.inlineCompletions': {
      type: 'boolean',
      default: false,
      description:
        'Offer what would be filled in at the cursor as ghost text while you type, in the languages of the model. Each takes a second or so of processor time, and the model is loaded for the first.',
    },
    'unmask.slots': {
      anyOf: [
        { type: 'string', enum: ['auto'] },
        { type: 'integer', ...range(slots!) },
      ],
      default: 'auto',
      markdownDescription:
        '*L*, the number of tokens a span can at most be filled with; the bundled model takes at most 64. `auto` guesses it from the selection and grows it when it was too small.',
    },
    'unmask.seed': {
      type: ['integer', 'null'],
      ...range(seed!),
      default: null,
      markdownDescription: `${seed!.help}. \`null\` draws a new one for every run.`,
    },
  };
}

function samplerSettings(): Properties {
  return Object.fromEntries(
    samplerKnobs.flatMap((knob): [string, Record<string, unknown>][] => {
      const name = `unmask.${settingOf(knob.key)}`;
      if (knob.kind === 'number') return [[name, leftToPreset(knob)]];
      if (knob.kind === 'choice') return [[name, choice(knob.help, Object.entries(knob.options))]];
      const options = knob.options.map((option) => [option.name, option] as const);
      return [
        [name, choice(knob.help, options)],
        [`unmask.${numbersSettingOf(knob.key)}`, partNumbers(settingOf(knob.key), knob)],
      ];
    }),
  );
}

function searchSettings(): Properties {
  return Object.fromEntries(
    searchKnobs.flatMap((knob) => {
      const usual: unknown = Reflect.get(defaultSearchAndLength, knob.key);
      const name = searchSettingOf(knob.key);
      const own: [string, Record<string, unknown>][] = [
        [`unmask.${name}`, withDefault(knob, usual)],
      ];
      return knob.kind === 'part'
        ? [...own, [`unmask.${parametersOf(name)}`, partNumbers(name, knob)]]
        : own;
    }),
  );
}

/** A setting that has a value of its own, whatever the preset. */
function withDefault(knob: KnobEntry, usual: unknown): Record<string, unknown> {
  const description = sentence(knob.help);
  if (knob.kind === 'number')
    return {
      type: knob.whole ? 'integer' : 'number',
      ...range(knob),
      default: usual,
      description: `${description} ${capital(rangeText(knob))}.`,
    };
  const options =
    knob.kind === 'choice'
      ? Object.entries(knob.options)
      : knob.options.map((option) => [option.name, option] as const);
  return {
    type: 'string',
    enum: options.map(([name]) => name),
    enumDescriptions: options.map(([, option]) => option.help),
    default: knob.kind === 'part' ? Reflect.get(usual as object, knob.tag) : usual,
    description,
  };
}

function contextSettings(): Properties {
  const { before, after, contextCache } = numbers({
    ...contextCharacters,
    contextCache: contextCacheSchema,
  });
  const { usual } = contextCharacters;
  return {
    'unmask.contextCharacters.before': integer(before!, usual.before),
    'unmask.contextCharacters.after': integer(after!, usual.after),
    'unmask.encodeAhead': {
      type: 'boolean',
      default: true,
      description:
        'Encode the text around a selection as soon as it stands still, so that a fill there begins sooner. Only while the model is loaded, and no fill runs or waits to be accepted. Each selection, filled or not, takes some seconds of processor time.',
    },
    'unmask.contextCacheMegabytes': {
      ...integer(contextCache!, defaultContextCacheMegabytes),
      scope: 'machine',
    },
  };
}

function engineSettings(): Properties {
  const { threads, minutes } = numbers({ threads: threadsSchema, minutes: engineIdle.minutes });
  return {
    'unmask.executionProvider': {
      type: 'string',
      enum: wantedProviderSchema.options,
      enumDescriptions: [
        'The fastest that gives right numbers on this machine',
        ...executionProviderSchema.options.map(providerDescription),
      ],
      scope: 'machine',
      default: 'auto',
      markdownDescription:
        'Where the model runs: the execution provider of ONNX Runtime. One that fails on this machine is left for the CPU; the status item and the log say why.',
    },
    'unmask.threads': { ...integer(threads!, 0), scope: 'machine' },
    'unmask.engineIdleMinutes': { ...integer(minutes!, engineIdle.usual), scope: 'machine' },
  };
}

function providerDescription(provider: ExecutionProvider): string {
  const system = onlyOn[provider];
  return providerNames[provider] + (system === undefined ? '' : ` (${systems[system]})`);
}

/** The table's rows of schemas that are numbers; others are left out. */
function numbers(fields: Record<string, unknown>): Record<string, NumberEntry> {
  const schemas = Object.entries(fields).filter(([, field]) => field instanceof z.ZodNumber);
  const rows = knobsOf(z.object(Object.fromEntries(schemas) as z.ZodRawShape));
  return Object.fromEntries(rows.map((row) => [row.key, row as NumberEntry]));
}

function leftToPreset(knob: NumberEntry): Record<string, unknown> {
  return {
    type: [knob.whole ? 'integer' : 'number', 'null'],
    ...range(knob),
    default: null,
    markdownDescription: `${knob.help}. ${capital(rangeText(knob))}; \`null\` leaves it to the preset.`,
  };
}

function choice(
  help: string,
  options: readonly (readonly [string, { readonly label: string; readonly help: string }])[],
): Record<string, unknown> {
  return {
    type: 'string',
    enum: ['preset', ...options.map(([name]) => name)],
    enumDescriptions: ['As the preset says', ...options.map(([, option]) => option.help)],
    default: 'preset',
    description: `${help}.`,
  };
}

/** One object for the numbers of all options; several may have a number of the same name, each with its own default. */
function partNumbers(setting: string, { options }: PartEntry): Record<string, unknown> {
  const properties: Record<string, { readonly description: string }> = {};
  for (const option of options)
    for (const number of option.numbers) {
      const schema = { type: number.whole ? 'integer' : 'number', ...range(number) };
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

function integer(knob: NumberEntry, initial: number): Record<string, unknown> {
  return { type: 'integer', ...range(knob), default: initial, description: sentence(knob.help) };
}

function range({ minimum, maximum, aboveMinimum }: NumberEntry): Record<string, number> {
  return { [aboveMinimum ? 'exclusiveMinimum' : 'minimum']: minimum, maximum };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const sentence = (text: string) => (text.endsWith('.') ? text : `${text}.`);
