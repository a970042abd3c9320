import type {
  Trace,
  TraceHeader,
  TraceOutcome,
  TraceSlot,
  TraceStep,
  TraceTimings,
  Transition,
} from './trace';

/** A trace in which nothing has happened yet. */
export function beginTrace(header: TraceHeader, tokenTexts: Trace['tokenTexts']): Trace {
  return { header, steps: [], tokenTexts: { ...tokenTexts }, outcome: null, timings: null };
}

/** The trace with more steps; `tokenTexts` holds the texts of ids not known before. */
export function appendSteps(
  trace: Trace,
  steps: readonly TraceStep[],
  tokenTexts: Trace['tokenTexts'],
): Trace {
  return {
    ...trace,
    steps: [...trace.steps, ...steps],
    tokenTexts: { ...trace.tokenTexts, ...tokenTexts },
  };
}

/** The trace of a run that has ended. */
export function endTrace(trace: Trace, outcome: TraceOutcome, timings: TraceTimings | null): Trace {
  return { ...trace, outcome, timings };
}

/**
 * The slots after the first `steps` steps, all of them by default; 0 gives the canvas before the first step.
 *
 * @throws {Error} when a transition names a slot that is not there: the trace is damaged.
 */
export function replay(trace: Trace, steps = trace.steps.length): TraceSlot[] {
  const slots = [...trace.header.slots];
  for (const { index, transitions } of trace.steps.slice(0, steps))
    for (const transition of transitions) apply(transition, slots, trace.header.maskToken, index);
  return slots;
}

/** An id that no slot has. */
export function freeSlotId(slots: readonly TraceSlot[]): number {
  return 1 + slots.reduce((most, { id }) => Math.max(most, id), -1);
}

/** The slots after one more step. @throws {Error} as `replay` does. */
export function applyStep(
  before: readonly TraceSlot[],
  { index, transitions }: TraceStep,
  maskToken: number,
): TraceSlot[] {
  const slots = [...before];
  for (const transition of transitions) apply(transition, slots, maskToken, index);
  return slots;
}

/**
 * Changes `slots` as a transition says.
 *
 * @param step named in the error.
 * @throws {Error} when the transition names a slot that is not there.
 */
export function apply(
  transition: Transition,
  slots: TraceSlot[],
  maskToken: number,
  step: number,
): void {
  const indexOf = (id: number) => {
    const index = slots.findIndex((slot) => slot.id === id);
    if (index === -1)
      throw new Error(`Step ${step} of the trace names slot ${id}, which is not there`);
    return index;
  };
  const put = (change: Pick<TraceSlot, 'state' | 'token'>) => {
    const index = indexOf(transition.slot);
    slots[index] = { ...slots[index]!, ...change };
  };
  switch (transition.kind) {
    case 'reveal':
    case 'edit':
      put({ state: 'revealed', token: transition.token });
      return;
    case 'pin':
      put({ state: 'pinned', token: transition.token });
      return;
    case 'unpin': {
      const { token } = slots[indexOf(transition.slot)]!;
      put({ state: 'revealed', token });
      return;
    }
    case 'remask':
      put({ state: 'masked', token: maskToken });
      return;
    case 'delete':
      slots.splice(indexOf(transition.slot), 1);
      return;
    case 'insert': {
      const { slot: id, span, after } = transition;
      slots.splice(after === null ? startOf(slots, span) : indexOf(after) + 1, 0, {
        id,
        span,
        state: 'masked',
        token: maskToken,
      });
    }
  }
}

/** Where the slots of a span begin, also when it has none at present. */
function startOf(slots: readonly TraceSlot[], span: number): number {
  const next = slots.findIndex((slot) => slot.span >= span);
  return next === -1 ? slots.length : next;
}
