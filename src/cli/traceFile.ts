import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { samplerSchema, seedSchema } from '../diffusion/settings';
import { TRACE_VERSION, type Trace } from '../diffusion/trace';
import { fillSchema } from '../engine/protocol/messages';
import { endingSchema, traceSlotSchema } from '../engine/protocol/resume';
import { FailureError } from './errors';
import { cannot } from './fileErrors';

const id = z.int().min(0);
const revealed = { slot: id, token: id, logProb: z.number().nullable() };

const transitionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reveal'), ...revealed, ending: endingSchema.optional() }),
  z.object({ kind: z.literal('edit'), ...revealed }),
  z.object({ kind: z.literal('remask'), slot: id }),
  z.object({ kind: z.literal('insert'), slot: id, after: id.nullable(), span: id }),
  z.object({ kind: z.literal('delete'), slot: id }),
  z.object({ kind: z.literal('pin'), slot: id, token: id }),
  z.object({ kind: z.literal('unpin'), slot: id }),
]);

/** What a branch reads of a trace; the rest is only carried on. */
const branchableSchema = z.object({
  header: z.object({
    version: z.literal(TRACE_VERSION),
    model: z.object({ name: z.string(), version: z.string() }),
    language: z.string().nullable(),
    mode: fillSchema.shape.mode,
    sampler: samplerSchema,
    seed: seedSchema,
    maskToken: id,
    automatic: z.array(z.boolean()).optional(),
    borrowed: z.array(z.string()).optional(),
    excerpt: z.object({ before: z.string(), between: z.array(z.string()), after: z.string() }),
    slots: z.array(traceSlotSchema).min(1),
  }),
  steps: z.array(
    z.object({
      index: id,
      position: id.optional(),
      masked: id,
      grows: z.literal(true).optional(),
      canvases: id.optional(),
      transitions: z.array(transitionSchema),
      confidence: z.array(z.number().nullable()),
    }),
  ),
  tokenTexts: z.record(z.string(), z.string()),
});

/** Reads a trace that `--trace` wrote. @throws {FailureError} when it cannot be read, or is something else. */
export async function readTraceFile(path: string): Promise<Trace> {
  const text = await readFile(path, 'utf8').catch(cannot('read', path));
  const value = parsed(text);
  if (branchableSchema.safeParse(value).success) return value as Trace;
  throw new FailureError(`${path} is not a trace of this version; write one with --trace.`);
}

/** The JSON of a text; undefined where it is none, which no schema takes for a trace either. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
