import type { Resumption } from '../../../diffusion/resume';
import { freeSlotId } from '../../../diffusion/trace/replay';
import type { TraceStep, Transition } from '../../../diffusion/trace/trace';
import { addedStep } from '../addedStep';

/**
 * The step that gives spans more slots: masks behind what they have.
 *
 * @param lengths L of each span from there on, no less than it has.
 */
export function growthStep(
  state: Resumption,
  lengths: readonly number[],
  maskToken: number,
): TraceStep {
  let nextId = freeSlotId(state.slots);
  const transitions = lengths.flatMap((length, span) => {
    const has = state.slots.filter((slot) => slot.span === span);
    let after = has.at(-1)?.id ?? null;
    return Array.from({ length: length - has.length }, (): Transition => {
      const insert = {
        kind: 'insert',
        slot: nextId++,
        after,
        span,
        reason: 'too few slots',
      } as const;
      after = insert.slot;
      return insert;
    });
  });
  return { ...addedStep(state, transitions, maskToken), grows: true };
}
