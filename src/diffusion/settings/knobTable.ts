import type * as z from 'zod';
import { searchAndLengthSchema } from '../search/settings';
import {
  type ChoiceKnob,
  choiceKnobs,
  type KnobText,
  type NumberKnob,
  numberKnobs,
  partTexts,
  tagValue,
} from './knob';
import { samplerSchema } from './sampler';

/** A number of a settings object. */
export interface NumberEntry extends NumberKnob {
  readonly kind: 'number';
  readonly key: string;
}

/** A name of a settings object. */
export interface ChoiceEntry extends ChoiceKnob {
  readonly kind: 'choice';
  readonly key: string;
}

/** A composition with numbers of its own. */
export interface PartEntry extends KnobText {
  readonly kind: 'part';
  readonly key: string;
  /** The key under which the composition names itself. */
  readonly tag: string;
  readonly options: readonly PartOption[];
}

export interface PartOption extends KnobText {
  readonly name: string;
  readonly numbers: readonly NumberEntry[];
}

/** One row of the table of knobs. */
export type KnobEntry = NumberEntry | ChoiceEntry | PartEntry;

/** The knobs of a settings schema, in its order. @throws {Error} for a field without an explanation */
export function knobsOf({ shape }: z.ZodObject): readonly KnobEntry[] {
  return Object.entries(shape).map(([key, field]) => entryOf(key, field as z.ZodType));
}

/** The knobs of a sampler. */
export const samplerKnobs = knobsOf(samplerSchema);

/** Those of the search and of the length. */
export const searchKnobs = knobsOf(searchAndLengthSchema);

function entryOf(key: string, field: z.ZodType): KnobEntry {
  const choice = choiceKnobs.get(field);
  if (choice !== undefined) return { kind: 'choice', key, ...choice };
  const text = partTexts.get(field);
  if (text === undefined) return numberEntry(key, field);
  const union = field as z.ZodDiscriminatedUnion<z.ZodObject[], string>;
  const tag = union.def.discriminator;
  return { kind: 'part', key, tag, ...text, options: union.options.map((o) => optionOf(o, tag)) };
}

function optionOf(option: z.ZodObject, tag: string): PartOption {
  const text = partTexts.get(option);
  const name = tagValue(option, tag);
  if (text === undefined) throw new Error(`The ${tag} ${name} has no explanation.`);
  const numbers = Object.entries(option.shape)
    .filter(([key]) => key !== tag)
    .map(([key, field]) => numberEntry(key, field as z.ZodType));
  return { name, ...text, numbers };
}

function numberEntry(key: string, field: z.ZodType): NumberEntry {
  const knob = numberKnobs.get(field);
  if (knob === undefined) throw new Error(`The knob ${key} has no explanation.`);
  return { kind: 'number', key, ...knob };
}

/** A part with its initial numbers, to be checked by the schema; a name that is not there stays bare. */
export function freshPart({ tag, options }: PartEntry, name: string): Record<string, unknown> {
  const numbers = options.find((option) => option.name === name)?.numbers ?? [];
  return {
    [tag]: name,
    ...Object.fromEntries(numbers.map(({ key, initial }) => [key, initial])),
  };
}
