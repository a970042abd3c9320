import * as z from 'zod';
import { counted } from './counted';
import { apply, replay } from './trace/replay';
import type { Trace, TraceSlot, Transition } from './trace/trace';

const index = z.int().min(0);

/** UTF-16 units of a text that may be asked to be pinned: far more than any token has. */
export const MOST_TO_PIN = 1000;

/**
 * A slot as the user wants it instead: `pin` has it hold this token from now on, whatever the model thinks of it; after `unpin`
 * it keeps its token, but the sampler may take it back.
 */
export const slotChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pin'), slot: index, token: index }).readonly(),
  z.object({ kind: z.literal('remask'), slot: index }).readonly(),
  z.object({ kind: z.literal('unpin'), slot: index }).readonly(),
]);
export type SlotChange = z.infer<typeof slotChangeSchema>;

/**
 * Where a branch of a run starts: the first `step` steps of its trace, with slots changed after them. To go on from
 * there, resume at `step` (see `resumeFrom`); without changes, and under the same request, that repeats the run.
 *
 * The changes are recorded as the last transitions of the step before, or in the slots of the header where there is
 * none, so that the branch's own trace replays, and can be branched again.
 *
 * @param step 0…number of steps.
 * @param changes of the slots that are there after `step` steps; the last one of a slot counts.
 * @throws {RangeError} when the trace has no such step or slot, or the token is the mask.
 */
export function branchOf(trace: Trace, step: number, changes: readonly SlotChange[]): Trace {
  const { header } = trace;
  if (!Number.isInteger(step) || step < 0 || step > trace.steps.length)
    throw new RangeError(
      `The trace has ${counted(trace.steps.length, 'step')}: branch at a whole number from 0 to that, not at ${step}.`,
    );
  const slots = replay(trace, step);
  const latest = new Map(changes.map((change) => [change.slot, change]));
  const transitions = [...latest.values()].flatMap((change) =>
    transitionFor(change, slots, header.maskToken),
  );
  for (const transition of transitions) apply(transition, slots, header.maskToken, step);

  const start: Trace = {
    ...trace,
    steps: trace.steps.slice(0, step),
    outcome: null,
    timings: null,
  };
  const last = start.steps.at(-1);
  if (last === undefined) return { ...start, header: { ...header, slots } };
  const changed = {
    ...last,
    transitions: [...last.transitions, ...transitions],
    masked: slots.filter(({ state }) => state === 'masked').length,
  };
  return { ...start, steps: [...start.steps.slice(0, -1), changed] };
}

/** None where the slot is as wanted already. */
function transitionFor(
  change: SlotChange,
  slots: readonly TraceSlot[],
  maskToken: number,
): Transition[] {
  const slot = slots.find(({ id }) => id === change.slot);
  if (slot === undefined) throw new RangeError(`There is no slot ${change.slot} at this step.`);
  const reason = 'by hand';
  switch (change.kind) {
    case 'pin':
      if (change.token === maskToken)
        throw new RangeError('A slot cannot be pinned to the mask; mask it instead.');
      return [{ kind: 'pin', slot: slot.id, token: change.token, reason }];
    case 'remask':
      return slot.state === 'masked' ? [] : [{ kind: 'remask', slot: slot.id, reason }];
    case 'unpin':
      return slot.state === 'pinned' ? [{ kind: 'unpin', slot: slot.id, reason }] : [];
  }
}
