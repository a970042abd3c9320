import * as z from 'zod';
import type { Resumption } from '../../diffusion/resume';
import { MOST_SLOTS } from '../../diffusion/settings/sampler';
import { endingSchema, traceSlotSchema } from '../../diffusion/trace/schema';

const index = z.int().min(0);

/** A model that deletes slots may have left none. */
const slotsSchema = z
  .array(traceSlotSchema)
  .max(MOST_SLOTS)
  .refine((slots) => slots.every(({ span }, i) => i === 0 || slots[i - 1]!.span <= span), {
    error: 'The slots must be in the order of their spans. Record the run again.',
  })
  .readonly();

/** See `Resumption`. */
const resumptionSchema = z.object({
  step: index,
  slots: slotsSchema,
  logProbs: z.array(z.number().nullable()).readonly(),
  endings: z.array(endingSchema.nullable()).readonly().exactOptional(),
  position: index.exactOptional(),
  before: slotsSchema.exactOptional(),
  idle: index.exactOptional(),
  inserted: index.exactOptional(),
  grown: z
    .object({
      step: index,
      slots: slotsSchema,
      logProbs: z.array(z.number().nullable()).readonly(),
    })
    .exactOptional(),
}) satisfies z.ZodType<Resumption>;

/** A run to be taken up again, in place of one that starts: its spans keep the slots they have. */
export const resumeSchema = z.object({
  /** The slots before its first step. */
  slots: slotsSchema,
  from: resumptionSchema,
});
