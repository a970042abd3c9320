import { MOST_SLOTS } from '../settings/sampler';
import { applyStep } from './replay';
import { traceSchema } from './schema';
import type { Trace, TraceSlot, TraceStep } from './trace';

/** A text is no trace. The message says what of it is not as it should be, without a full stop. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
}

/**
 * A trace out of the JSON that it was written as.
 *
 * @throws {TraceError} where the text is something else, or a trace of another version, or one that does not replay
 */
export function readTrace(text: string): Trace {
  const { data: trace, error } = traceSchema.safeParse(parsed(text), { error: absent });
  if (!trace) {
    const { path, message } = error.issues[0]!;
    throw new TraceError(path.length > 0 ? `${path.join('.')}: ${message}` : message);
  }
  checkReplay(trace);
  return trace;
}

const absent = ({ input }: { input?: unknown }) => (input === undefined ? 'is missing' : undefined);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TraceError((error as Error).message);
  }
}

/**
 * Checks that every step is about the slots that are there before it, no more than any run has, and that the spans are those
 * that the excerpt stands around.
 */
function checkReplay({ header, steps }: Trace): void {
  const spans = header.excerpt.between.length + 1;
  const check = (slots: readonly TraceSlot[], when: string) => {
    if (slots.length > MOST_SLOTS)
      throw new TraceError(
        `${when} there are ${slots.length} slots, and no run has more than ${MOST_SLOTS}`,
      );
    const stray = slots.find(({ span }) => span >= spans);
    if (stray)
      throw new TraceError(
        `${when} slot ${stray.id} is in span ${stray.span}, and the excerpt stands around ${spans}, from 0`,
      );
  };
  let slots = header.slots;
  check(slots, 'before the first step');
  for (const [i, step] of steps.entries()) {
    for (const view of ['confidence', 'entropy', 'alternatives'] as const) {
      const { length } = step[view];
      if (length > 0 && length !== slots.length)
        throw new TraceError(
          `steps.${i}.${view} has ${length} entries, and there are ${slots.length} slots before that step`,
        );
    }
    slots = replayed(slots, step, header.maskToken);
    check(slots, `after step ${i}`);
  }
}

function replayed(slots: readonly TraceSlot[], step: TraceStep, maskToken: number): TraceSlot[] {
  try {
    return applyStep(slots, step, maskToken);
  } catch (error) {
    throw new TraceError((error as Error).message);
  }
}
