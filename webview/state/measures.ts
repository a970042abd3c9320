import type { Trace, TraceStep } from '../../src/diffusion/trace';
import type { Canvases } from './canvases';

/** What the charts draw. Every array has one value per position: 0 = before the first step, where nothing was predicted. */
export interface Measures {
  readonly positions: number[];
  /** Masked slots. */
  readonly masked: number[];
  /** Mean probability of the best proposals for the masks the step asked about, in [0, 1]; null where it asked about none. */
  readonly confidence: (number | null)[];
  /** Mean entropy of the predictions for these masks, nats. */
  readonly entropy: (number | null)[];
}

export function measure(trace: Trace, canvases: Canvases): Measures {
  const { steps } = trace;
  const ofMasks = (values: readonly (number | null)[], index: number) =>
    mean(
      values.flatMap((value, slot) =>
        value !== null && canvases[index]?.[slot]?.state === 'masked' ? [value] : [],
      ),
    );
  return {
    positions: Array.from({ length: steps.length + 1 }, (_, position) => position),
    masked: [
      trace.header.slots.filter(({ state }) => state === 'masked').length,
      ...steps.map((step) => step.masked),
    ],
    confidence: [null, ...steps.map((step, index) => ofMasks(step.confidence, index))],
    entropy: [null, ...steps.map((step, index) => ofMasks(step.entropy, index))],
  };
}

/** How fast a run is or was. Rates are null until there is a step. */
export interface Pace {
  /** Milliseconds of one step, averaged. */
  readonly stepMs: number | null;
  /** Tokens of the fill (pads do not count) per second of all steps and the context encode. */
  readonly tokensPerSecond: number | null;
}

/** @param tokens tokens revealed so far, pads not counted */
export function paceOf(trace: Trace, tokens: number): Pace {
  const stepsMs = trace.timings?.stepsMs ?? sum(trace.steps.map((step: TraceStep) => step.ms));
  const allMs = stepsMs + (trace.timings?.encodeMs ?? 0);
  const { length } = trace.steps;
  return {
    stepMs: length === 0 ? null : stepsMs / length,
    tokensPerSecond: length === 0 || allMs <= 0 ? null : (tokens * 1000) / allMs,
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) =>
  values.length === 0 ? null : sum(values) / values.length;
