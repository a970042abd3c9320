import * as z from 'zod';
import { samplerSchema, seedSchema } from '../../diffusion/settings/sampler';
import { fillSchema } from '../../engine/protocol/messages';
import { languageNamed } from '../files/languages';
import { parseJsonLine } from './jsonLines';

/** Half of a surrogate pair is no text that a model could read. */
const text = z
  .string('must be a string')
  .refine((read) => read.isWellFormed(), 'holds half a surrogate pair: write the whole character');
const slotsSchema = fillSchema.shape.spans.element.shape.slots;

/**
 * One request of a batch: fill the span between prefix and suffix, or with n texts in `between` the n + 1 spans
 * between all of them, jointly. Other keys are refused: a misspelt one would leave its setting as it is, in silence.
 */
const batchLineSchema = z.strictObject({
  id: z
    .union([z.string(), z.number()], 'must be a string or a number')
    .refine(
      (id) => typeof id === 'string' || !Number.isInteger(id) || Number.isSafeInteger(id),
      'is a number too large to be told from others: write it as a string',
    ),
  prefix: text,
  suffix: text,
  between: z.array(text, 'must be a list of strings').optional(),
  language: z.string('must be a string').transform(languageNamed).nullish(),
  /** L of every span, or one for each. */
  slots: z
    .union(
      [slotsSchema, z.array(slotsSchema)],
      'must be “auto” or a whole number from 1 to 1024, or a list of these',
    )
    .optional(),
  steps: samplerSchema.shape.steps.optional(),
  /** By name. */
  preset: z.string('must be the name of a preset').optional(),
  seed: seedSchema.optional(),
  /** Whether prefix and suffix reach the beginning and the end of the document: true unless told. */
  startsDocument: z.boolean('must be true or false').optional(),
  endsDocument: z.boolean('must be true or false').optional(),
});
export type BatchLine = z.infer<typeof batchLineSchema>;

/** A line that asks for nothing that can be done; `id` where it could be read. */
export class BatchLineError extends Error {
  override readonly name = 'BatchLineError';
  constructor(
    message: string,
    readonly id: string | number | null,
  ) {
    super(message);
  }
}

/**
 * Reads a line of a batch.
 *
 * @returns undefined for a blank line.
 * @throws {BatchLineError}
 */
export function readBatchLine(bytes: Uint8Array): BatchLine | undefined {
  let value: unknown;
  try {
    value = parseJsonLine(bytes);
  } catch (error) {
    throw new BatchLineError((error as Error).message, null);
  }
  if (value === undefined) return undefined;
  const parsed = batchLineSchema.safeParse(value);
  if (parsed.success) {
    const { id, between = [], slots } = parsed.data;
    const spans = between.length + 1;
    if (Array.isArray(slots) && slots.length !== spans) {
      throw new BatchLineError(
        `“slots” must list one value for each span, ${spans} in all, and lists ${slots.length}`,
        id,
      );
    }
    return parsed.data;
  }
  const id = batchLineSchema.shape.id.safeParse((value as { id?: unknown } | null)?.id);
  throw new BatchLineError(describe(parsed.error, value), id.success ? id.data : null);
}

function describe(error: z.ZodError, value: unknown): string {
  // First, as a key that is misspelt is also one that is missing.
  const unknown = error.issues.find((each) => each.code === 'unrecognized_keys');
  if (unknown) {
    const keys = Object.keys(batchLineSchema.shape).join(', ');
    return `“${unknown.keys[0]}” is no key of a request; the keys are ${keys}`;
  }
  const issue = error.issues[0];
  const key = issue?.path[0];
  if (key === undefined) return 'not a JSON object';
  if ((value as Record<PropertyKey, unknown>)[key] === undefined) {
    return `“${String(key)}” is missing`;
  }
  if (key === 'between' && issue?.code !== 'custom') return '“between” must be a list of strings';
  return `“${String(key)}” ${issue?.message}`;
}
