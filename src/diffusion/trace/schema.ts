import * as z from 'zod';
import { MOST_SLOTS, samplerSchema, seedSchema, strengthSchema } from '../settings/sampler';
import { type Alternative, type Ending, TRACE_VERSION, type Trace, type TraceSlot } from './trace';

const index = z.int().min(0);

export const endingSchema = z.object({
  logProb: z.number(),
  followLogProb: z.number().nullable(),
}) satisfies z.ZodType<Ending>;

export const traceSlotSchema = z.object({
  id: index,
  // A span has a slot at least.
  span: index.max(MOST_SLOTS - 1),
  state: z.enum(['masked', 'revealed', 'pinned']),
  token: index,
}) satisfies z.ZodType<TraceSlot>;

export const modeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('infill') }),
  z.object({ kind: z.literal('rewrite'), strength: strengthSchema }),
]);

/** Finite, as a token that no run could choose is in none. */
const logProb = z.number();
const reason = z.string();
const ofSlot = { slot: index, reason };

const transitionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('reveal'),
    ...ofSlot,
    token: index,
    logProb,
    ending: endingSchema.exactOptional(),
  }),
  z.object({ kind: z.literal('edit'), ...ofSlot, token: index, logProb }),
  z.object({ kind: z.literal('remask'), ...ofSlot }),
  z.object({ kind: z.literal('insert'), ...ofSlot, after: index.nullable(), span: index }),
  z.object({ kind: z.literal('delete'), ...ofSlot }),
  z.object({ kind: z.literal('pin'), ...ofSlot, token: index }),
  z.object({ kind: z.literal('unpin'), ...ofSlot }),
]);

/** By hand, as there are a thousand a step: with a schema of their own, a large trace takes seconds. */
const alternativesSchema = z.custom<readonly Alternative[]>(
  (value) => Array.isArray(value) && value.every(isAlternative),
  'must be pairs [token, logProb]',
);

function isAlternative(value: unknown): value is Alternative {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [token, logProb]: unknown[] = value;
  return Number.isSafeInteger(token) && (token as number) >= 0 && Number.isFinite(logProb);
}

/** Of a step: each slot may be deleted, inserted, revealed, edited and pinned. What is beyond all reason would take hours to replay. */
const MOST_TRANSITIONS = 8 * MOST_SLOTS;

const stepSchema = z.object({
  index,
  position: index.exactOptional(),
  t: z.number(),
  s: z.number(),
  ms: z.number(),
  canvases: index.exactOptional(),
  transitions: z.array(transitionSchema).max(MOST_TRANSITIONS),
  confidence: z.array(z.number().nullable()),
  entropy: z.array(z.number().nullable()),
  alternatives: z.array(alternativesSchema),
  masked: index,
  grows: z.literal(true).exactOptional(),
});

const headerSchema = z.object({
  version: z.literal(TRACE_VERSION),
  unmask: z.string().exactOptional(),
  model: z.object({
    name: z.string(),
    version: z.string(),
    precision: z.string().exactOptional(),
  }),
  executionProvider: z.string(),
  language: z.string().nullable(),
  mode: modeSchema,
  sampler: samplerSchema,
  seed: seedSchema,
  contextTokens: index,
  branchedAt: index.exactOptional(),
  automatic: z.array(z.boolean()).exactOptional(),
  borrowed: z.array(z.string()).exactOptional(),
  excerpt: z.object({ before: z.string(), between: z.array(z.string()), after: z.string() }),
  maskToken: index,
  padToken: index.nullable(),
  slots: z.array(traceSlotSchema),
});

const outcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('finished'),
    texts: z.array(z.string()),
    meanLogProb: logProb,
  }),
  z.object({ kind: z.literal('stopped') }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);

const timingsSchema = z.object({
  encodeMs: z.number(),
  contextCached: z.boolean(),
  contextReused: index.exactOptional(),
  stepsMs: z.number(),
  totalMs: z.number(),
});

/** A `Trace` as it comes from outside. */
export const traceSchema = z.object({
  header: headerSchema,
  steps: z.array(stepSchema),
  tokenTexts: z.record(z.string(), z.string()),
  outcome: outcomeSchema.nullable(),
  timings: timingsSchema.nullable(),
}) satisfies z.ZodType<Trace>;
