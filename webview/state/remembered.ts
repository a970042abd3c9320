import * as z from 'zod';
import { slotChangeSchema } from '../../src/diffusion/branch';
import type { PlanLeft } from './branchPlan';

/** What the webview itself keeps over a reload; the extension keeps everything else. */
export interface Remembered {
  /** Id of the run, and index of its candidate, that position, slot and plan belong to. */
  readonly run: string | null;
  readonly candidate: number;
  /** null follows the newest step. */
  readonly position: number | null;
  readonly slot: number | null;
  /** What the next branch is to start with. */
  readonly plan: PlanLeft;
  /** Sections opened or closed by the user. */
  readonly sections: Readonly<Record<string, boolean>>;
}

const planSchema = z.object({
  position: z.int().min(0),
  changes: z.array(
    z.object({ change: slotChangeSchema, text: z.string().nullable(), pad: z.boolean() }),
  ),
}) satisfies z.ZodType<PlanLeft>;

const noPlan: PlanLeft = { position: 0, changes: [] };
const nothing: Remembered = {
  run: null,
  candidate: 0,
  position: null,
  slot: null,
  plan: noPlan,
  sections: {},
};

/** Reads what an earlier page, perhaps of an older version, has kept. */
export function readRemembered(value: unknown): Remembered {
  if (typeof value !== 'object' || value === null) return nothing;
  const { run, candidate, position, slot, plan, sections } = value as Record<string, unknown>;
  return {
    run: typeof run === 'string' ? run : null,
    candidate: typeof candidate === 'number' ? candidate : 0,
    position: typeof position === 'number' ? position : null,
    slot: typeof slot === 'number' ? slot : null,
    plan: planSchema.safeParse(plan).data ?? noPlan,
    sections: Object.fromEntries(
      Object.entries(typeof sections === 'object' && sections !== null ? sections : {}).filter(
        (entry): entry is [string, boolean] => typeof entry[1] === 'boolean',
      ),
    ),
  };
}
