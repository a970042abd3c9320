import type * as z from 'zod';
import { type NumberKnob, numberKnobs } from '../../src/diffusion/settings/knob';

/** A setting as package.json declares it, in JSON Schema. */
export type Property = Readonly<Record<string, unknown>>;

/** Settings by their names. */
export type Properties = Readonly<Record<string, Property>>;

/** What a schema of a number says of it. */
export function knobOf(schema: z.ZodType): NumberKnob {
  const knob = numberKnobs.get(schema);
  if (knob === undefined) throw new Error('A number of the settings has no explanation.');
  return knob;
}

export function integer(schema: z.ZodType, initial: number): Property {
  const knob = knobOf(schema);
  return { type: 'integer', ...range(knob), default: initial, description: sentence(knob.help) };
}

export const typeOf = ({ whole }: NumberKnob) => (whole ? 'integer' : 'number');

export function range({ minimum, maximum, aboveMinimum }: NumberKnob): Property {
  return { [aboveMinimum ? 'exclusiveMinimum' : 'minimum']: minimum, maximum };
}

export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
export const sentence = (text: string) => (text.endsWith('.') ? text : `${text}.`);
