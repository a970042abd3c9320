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
 * Checks that every step is about the slots that are there before it, no more than any run has, each with an id of its own,
 * that it tells the masks that it leaves, and that the spans are those that the excerpt stands around.
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
    const places = new Map(slots.map(({ id }, place) => [id, place]));
    const again = slots.find(({ id }, place) => places.get(id) !== place);
    if (again) throw new TraceError(`${when} more than one slot has the id ${again.id}`);
  };
  let slots: readonly TraceSlot[] = header.slots;
  check(slots, 'before the first step');
  const full = slots.find(({ state, token }) => state === 'masked' && token !== header.maskToken);
  if (full)
    throw new TraceError(
      `before the first step slot ${full.id} is masked and holds token ${full.token}, which is not the mask, ${header.maskToken}`,
    );
  for (const [i, step] of steps.entries()) {
    if (step.index !== i) throw new TraceError(`steps.${i}.index is ${step.index}`);
    for (const view of ['confidence', 'entropy', 'alternatives'] as const) {
      const { length } = step[view];
      if (length > 0 && length !== slots.length)
        throw new TraceError(
          `steps.${i}.${view} has ${length} entries, and there are ${slots.length} slots before that step`,
        );
    }
    slots = replayed(slots, step, header.maskToken);
    check(slots, `after step ${i}`);
    const masked = slots.filter(({ state }) => state === 'masked').length;
    if (step.masked !== masked)
      throw new TraceError(
        `steps.${i}.masked is ${step.masked}, and there are ${masked} masks after that step`,
      );
  }
}

function replayed(slots: readonly TraceSlot[], step: TraceStep, maskToken: number): TraceSlot[] {
  try {
    return applyStep(slots, step, maskToken);
  } catch (error) {
    throw new TraceError((error as Error).message);
  }
}
