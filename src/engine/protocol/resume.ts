import * as z from 'zod';
import type { Resumption } from '../../diffusion/resume';
import type { TraceSlot } from '../../diffusion/trace';

const index = z.int().min(0);

export const traceSlotSchema = z.object({
  id: index,
  span: index,
  state: z.enum(['masked', 'revealed', 'pinned']),
  token: index,
}) satisfies z.ZodType<TraceSlot>;

const slotsSchema = z.array(traceSlotSchema).min(1).max(1024).readonly();

/** See `Resumption`. */
const resumptionSchema = z.object({
  step: index,
  slots: slotsSchema,
  logProbs: z.array(z.number().nullable()).readonly(),
  position: index.exactOptional(),
  before: slotsSchema.exactOptional(),
  idle: index.exactOptional(),
}) satisfies z.ZodType<Resumption>;

/** A run to be taken up again, in place of one that starts: its spans keep the slots they have. */
export const resumeSchema = z.object({
  /** The slots before its first step. */
  slots: slotsSchema,
  from: resumptionSchema,
});
export type ResumeRequest = z.infer<typeof resumeSchema>;
