import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { traceSchema } from '../../../src/diffusion/trace/schema';

const page = readFileSync(
  fileURLToPath(new URL('../../../docs/trace.md', import.meta.url)),
  'utf8',
);

/** Every key that an object of the schema may have, however deep, but for the knobs of the sampler. */
function keysOf(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, field]) => [
      key,
      ...(key === 'sampler' ? [] : keysOf(field)),
    ]);
  if (schema instanceof z.ZodDiscriminatedUnion)
    return schema.options.flatMap((option) => keysOf(option as z.ZodType));
  if (schema instanceof z.ZodArray) return keysOf(schema.element as z.ZodType);
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodExactOptional)
    return keysOf(schema.unwrap() as z.ZodType);
  return [];
}

test('the page on the trace explains every key there is', () => {
  const keys = keysOf(traceSchema);
  expect(keys).toEqual(expect.arrayContaining(['seed', 'ending', 'followLogProb', 'grows']));
  const unexplained = keys.filter((key) => !new RegExp(`[\u0060"]${key}[\u0060"]`).test(page));
  expect(unexplained).toEqual([]);
});
