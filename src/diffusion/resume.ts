import { counted } from './counted';
import { applyStep } from './trace/replay';
import type { Ending, Trace, TraceSlot, TraceStep } from './trace/trace';

/**
 * Where a run is taken up again: everything its next step depends on beside the request. Survives JSON.
 * To branch, change `slots` (pin, mask or replace some of them) or the request's sampler.
 */
export interface Resumption {
  /** Steps taken so far: the next one has this index, and draws what a step of this index draws. */
  readonly step: number;
  /** The slots after them. */
  readonly slots: readonly TraceSlot[];
  /**
   * Natural log-probability of the tokens this run revealed, each as it was then, aligned with `slots`; null for all
   * others. Give null to a slot whose token you change.
   */
  readonly logProbs: readonly (number | null)[];
  /** What the model said of the span ending where the same tokens stand, null where nothing; all null unless given. */
  readonly endings?: readonly (Ending | null)[];
  /**
   * Where the next step stands in the plan of the run (see `planRun`); unless given, as far as there were steps since `grown`, or
   * the start. What ended early may have it further on.
   */
  readonly position?: number;
  /** The slots before the last of the steps: what KLASS compares with. Unless given, nothing counts as stable yet. */
  readonly before?: readonly TraceSlot[];
  /** How many of the last steps in a row changed nothing, 0 unless given: what editing ends by. */
  readonly idle?: number;
  /** Slots inserted so far, 0 unless given: what a model that inserts some may still do depends on it, and their ids. */
  readonly inserted?: number;
  /** Where its spans were given more slots; a plan of its own begins there. */
  readonly grown?: Growth;
}

/** A run as it stood when its spans had been given more slots. */
export interface Growth {
  /** Steps taken until then, the one that inserted them included. */
  readonly step: number;
  readonly slots: readonly TraceSlot[];
  /** Of the tokens that were revealed until then and stand there untouched, aligned with `slots`; null for all others. */
  readonly logProbs: readonly (number | null)[];
}

/** A run before its first step. */
export function resumeAtStart(slots: readonly TraceSlot[]): Resumption {
  return {
    step: 0,
    slots,
    logProbs: slots.map(() => null),
  };
}

/** A run one step further. */
export function resumeAfter(state: Resumption, step: TraceStep, maskToken: number): Resumption {
  const revealed = step.grows ? allLogProbs(state) : state.logProbs;
  const logProbs = new Map(state.slots.map(({ id }, i) => [id, revealed[i] ?? null]));
  const endings = new Map(state.slots.map(({ id }, i) => [id, state.endings?.[i] ?? null]));
  for (const transition of step.transitions) {
    logProbs.set(transition.slot, 'logProb' in transition ? transition.logProb : null);
    const ending = transition.kind === 'reveal' ? transition.ending : undefined;
    endings.set(transition.slot, ending ?? null);
  }
  const slots = applyStep(state.slots, step, maskToken);
  const inserts = step.transitions.filter(({ kind }) => kind === 'insert').length;
  const inserted = (state.inserted ?? 0) + inserts;
  const known = slots.map(({ id }) => endings.get(id) ?? null);
  if (step.grows) {
    const grown = {
      step: state.step + 1,
      slots,
      logProbs: slots.map(({ id }) => logProbs.get(id) ?? null),
    };
    const begun = { ...resumeAtStart(slots), step: grown.step, endings: known, position: 0 };
    return { ...begun, inserted, grown };
  }
  return {
    step: state.step + 1,
    slots,
    logProbs: slots.map(({ id }) => logProbs.get(id) ?? null),
    endings: known,
    position: (step.position ?? step.index) + 1,
    before: state.slots,
    idle: idleAfter(state.idle ?? 0, step),
    ...(inserted > 0 && { inserted }),
    ...(state.grown && { grown: untouched(state.grown, step) }),
  };
}

/** What is still known of tokens from before their spans were given more slots. */
function untouched(grown: Growth, { transitions }: TraceStep): Growth {
  const touched = new Set(transitions.map(({ slot }) => slot));
  const logProbs = grown.slots.map(({ id }, i) =>
    touched.has(id) ? null : (grown.logProbs[i] ?? null),
  );
  return { ...grown, logProbs };
}

/**
 * How many of the last steps in a row changed nothing. What the engine itself adds to a run, edits without a prediction, is
 * nothing that editing would have to look at again; what was changed there by hand is.
 */
function idleAfter(idle: number, { transitions, confidence }: TraceStep): number {
  if (transitions.length === 0) return idle + 1;
  const isAdded = confidence.length === 0 && transitions.every(({ kind }) => kind === 'edit');
  return isAdded ? idle : 0;
}

/** Log-probabilities of all tokens that a run has revealed, also before its spans were given more slots. */
export function allLogProbs({ slots, logProbs, grown }: Resumption): (number | null)[] {
  const before = new Map(grown?.slots.map(({ id }, i) => [id, grown.logProbs[i]]));
  return slots.map(({ id }, i) => logProbs[i] ?? before.get(id) ?? null);
}

/**
 * A run as it stood after its first `step` steps. Resumed with the trace's own request (its header's slots, sampler and
 * seed) and the same denoiser, it goes on exactly as it did.
 *
 * @param step 0…number of steps.
 * @throws {RangeError} when the trace has no such step.
 */
export function resumeFrom({ header, steps }: Trace, step: number): Resumption {
  if (!Number.isInteger(step) || step < 0 || step > steps.length)
    throw new RangeError(
      `The trace has ${counted(steps.length, 'step')}: resume from a whole number from 0 to that, not from ${step}.`,
    );
  return steps
    .slice(0, step)
    .reduce(
      (state, taken) => resumeAfter(state, taken, header.maskToken),
      resumeAtStart(header.slots),
    );
}
