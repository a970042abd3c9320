import { MOST_SLOTS } from '../settings/sampler';
import { applyStep } from './replay';
import { traceSchema } from './schema';
import type { Trace, TraceSlot } from './trace';

/**
 * A trace out of the JSON that it was written as.
 *
 * @returns undefined where the text is something else, or a trace of another version, or one that does not replay
 */
export function readTrace(text: string): Trace | undefined {
  const { data: trace } = traceSchema.safeParse(parsed(text));
  return trace && replays(trace) ? trace : undefined;
}

/** The JSON of a text; undefined where it is none, which no schema takes for a trace either. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Whether every step is about the slots that are there before it, no more than any run has, and the spans are those that the
 * excerpt stands around.
 */
function replays({ header, steps }: Trace): boolean {
  const spans = header.excerpt.between.length + 1;
  const canBe = (slots: readonly TraceSlot[]) =>
    slots.length <= MOST_SLOTS && slots.every(({ span }) => span < spans);
  let slots = header.slots;
  try {
    for (const step of steps) {
      const { length } = slots;
      const views = [step.confidence, step.entropy, step.alternatives];
      if (views.some((view) => view.length > 0 && view.length !== length)) return false;
      if (!canBe(slots)) return false;
      slots = applyStep(slots, step, header.maskToken);
    }
    return canBe(slots);
  } catch {
    return false;
  }
}
