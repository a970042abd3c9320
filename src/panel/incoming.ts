import * as z from 'zod';
import { MOST_TO_PIN, slotChangeSchema } from '../diffusion/branch';
import { lengthSchema } from '../diffusion/length/settings';
import { searchSchema } from '../diffusion/search/settings';
import { MOST_SLOTS, samplerSchema, seedSchema, slotsSchema } from '../diffusion/settings/sampler';
import type { PanelToHost } from './messages';

const knobsSchema = z.object({
  preset: z.string().min(1),
  sampler: samplerSchema,
  search: searchSchema,
  length: lengthSchema,
  slots: slotsSchema,
  seed: seedSchema.nullable(),
});

const index = z.int().min(0);

const panelToHostSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('knobs'), knobs: knobsSchema }),
  z.object({ kind: z.literal('run') }),
  z.object({
    kind: z.literal('branch'),
    step: index,
    changes: z.array(slotChangeSchema).max(MOST_SLOTS),
  }),
  z.object({ kind: z.literal('showRun'), id: z.string() }),
  z.object({ kind: z.literal('compareRun'), id: z.string().nullable() }),
  z.object({ kind: z.literal('removeTrace'), id: z.string() }),
  z.object({ kind: z.literal('chooseCandidate'), index }),
  z.object({ kind: z.literal('tokenise'), text: z.string().min(1).max(MOST_TO_PIN) }),
  z.object({ kind: z.literal('stop') }),
  z.object({ kind: z.literal('accept') }),
  z.object({ kind: z.literal('reject') }),
  z.object({ kind: z.literal('exportTrace') }),
]) satisfies z.ZodType<PanelToHost>;

/** What arrived from the webview: a message, or the reason in one line why it is none. */
export type Incoming =
  | { readonly ok: true; readonly message: PanelToHost }
  | { readonly ok: false; readonly reason: string };

/** Checks a value that crossed the webview's border; everything from there is untrusted. */
export function readIncoming(value: unknown): Incoming {
  const parsed = panelToHostSchema.safeParse(value);
  if (parsed.success) return { ok: true, message: parsed.data };
  const reasons = parsed.error.issues.map((issue) =>
    issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message,
  );
  return { ok: false, reason: reasons.join('; ') };
}
