import * as z from 'zod';
import { slotChangeSchema } from '../../src/diffusion/branch';
import type { PlanLeft } from './branchPlan';

const index = z.int().min(0);

const planSchema = z.object({
  position: index,
  changes: z.array(
    z.object({ change: slotChangeSchema, text: z.string().nullable(), pad: z.boolean() }),
  ),
}) satisfies z.ZodType<PlanLeft>;

/** What the webview itself keeps over a reload; the extension keeps everything else. */
const rememberedSchema = z.object({
  /** Id of the run, and index of its candidate, that position, slot and plan belong to. */
  run: z.string().nullable().catch(null),
  candidate: index.catch(0),
  /** null follows the newest step. */
  position: index.nullable().catch(null),
  slot: index.nullable().catch(null),
  /** What the next branch is to start with. */
  plan: planSchema.catch({ position: 0, changes: [] }),
  /** Sections opened or closed by the user. */
  sections: z.record(z.string(), z.boolean()).catch({}),
  /** Name of the preset that the knobs were made from. */
  preset: z.string().nullable().catch(null),
});

/** Reads what an earlier page, perhaps of an older version, has kept; nothing stands for what makes no sense. */
export const readRemembered = (value: unknown): z.infer<typeof rememberedSchema> =>
  rememberedSchema.safeParse(value).data ?? rememberedSchema.parse({});
