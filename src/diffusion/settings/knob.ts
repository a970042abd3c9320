// A namespace import, so that a bundle carries only what is used: the panel carries this file.
import * as z from 'zod';

/**
 * The building blocks of the settings schema. A knob is a schema that also knows how it is named and explained, so
 * that the panel, the editor's settings, the command line and the documentation all read one description.
 */

/** How a knob, or one of its choices, is named and explained. */
export interface KnobText {
  readonly label: string;
  /** One line. */
  readonly help: string;
}

/** How a number is explained; its range is the schema's. */
export interface NumberText extends KnobText {
  /** Smallest sensible change. */
  readonly grain: number;
  /** What a sampler's part starts with when it is chosen; a knob of the sampler itself starts as the preset says. */
  readonly initial?: number;
  /** What may stand in the number's place, in words. */
  readonly otherwise?: string;
  /** Upper end of a slider where the range is wider than is useful. */
  readonly usefulMaximum?: number;
}

/** A number's explanation and its range. */
export interface NumberKnob extends NumberText {
  readonly minimum: number;
  readonly maximum: number;
  /** Whether the minimum itself is left out. */
  readonly aboveMinimum: boolean;
  readonly whole: boolean;
}

/** One of a few names, each with its explanation. */
export interface ChoiceKnob extends KnobText {
  readonly options: Readonly<Record<string, KnobText>>;
}

export const numberKnobs = z.registry<NumberKnob>();
export const choiceKnobs = z.registry<ChoiceKnob>();
/** The explanations of discriminated unions and of each of their options. */
export const partTexts = z.registry<KnobText>();

/** A number in [low, high]. */
export function number(low: number, high: number, text: NumberText) {
  const knob = { ...text, minimum: low, maximum: high, aboveMinimum: false, whole: false };
  const error = `must be ${rangeText(knob)}`;
  return z.number({ error }).min(low, { error }).max(high, { error }).register(numberKnobs, knob);
}

/** A number in (0, high]. */
export function positive(high: number, text: NumberText) {
  const knob = { ...text, minimum: 0, maximum: high, aboveMinimum: true, whole: false };
  const error = `must be ${rangeText(knob)}`;
  return z.number({ error }).gt(0, { error }).max(high, { error }).register(numberKnobs, knob);
}

/** A whole number in [low, high]. */
export function whole(low: number, high: number, text: Omit<NumberText, 'grain'>) {
  const knob = {
    ...text,
    grain: 1,
    minimum: low,
    maximum: high,
    aboveMinimum: false,
    whole: true,
  };
  const error = `must be ${rangeText(knob)}`;
  return z.int({ error }).min(low, { error }).max(high, { error }).register(numberKnobs, knob);
}

/** One of the names of a table. */
export function oneOf<const Name extends string>(
  text: KnobText,
  options: Readonly<Record<Name, KnobText>>,
) {
  const names = Object.keys(options) as [Name, ...Name[]];
  return z
    .enum(names, { error: `must be one of ${names.join(', ')}` })
    .register(choiceKnobs, { ...text, options });
}

/** One of several compositions that differ by a tag, each explained by `option`. */
export function part<
  const Tag extends string,
  const Options extends readonly [z.ZodObject, ...z.ZodObject[]],
>(tag: Tag, text: KnobText, options: Options) {
  const names = options.map((each) => tagValue(each, tag));
  const schema = z.discriminatedUnion(tag, options, {
    error: `must be one of ${names.join(', ')}, with its parameters`,
  });
  partTexts.add(schema, text);
  return schema;
}

/** The value that tells an option of a `part` from the others. */
export function tagValue({ shape }: z.ZodObject, tag: string): string {
  const literal = shape[tag];
  if (!(literal instanceof z.ZodLiteral)) throw new Error(`An option has no literal ${tag}.`);
  return String(literal.value);
}

/** The values a number may have, e.g. `a whole number from 1 to 1024`. */
export function rangeText(
  knob: Pick<NumberKnob, 'minimum' | 'maximum' | 'aboveMinimum' | 'whole' | 'otherwise'>,
): string {
  const { minimum, maximum, aboveMinimum, whole, otherwise } = knob;
  const range = aboveMinimum
    ? `a number above ${minimum} and up to ${maximum}`
    : `a ${whole ? 'whole ' : ''}number from ${minimum} to ${maximum}`;
  return otherwise === undefined ? range : `${otherwise} or ${range}`;
}
