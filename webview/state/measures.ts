import type { Trace, TraceHeader, TraceSlot } from '../../src/diffusion/trace/trace';
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

/** How fast a run is or was. Rates are null until there is a step; of a branch, they are those of its own steps. */
export interface Pace {
  /** Milliseconds of a step that asked the model, averaged. */
  readonly stepMs: number | null;
  /** Tokens that came into the fill (pads do not count) per second, the context encode and all else included. */
  readonly tokensPerSecond: number | null;
}

export function paceOf(trace: Trace, canvases: Canvases): Pace {
  const { header, steps, timings } = trace;
  const inherited = header.branchedAt ?? 0;
  const asked = steps.slice(inherited).filter(({ canvases }) => canvases !== 0);
  const stepsMs = sum(asked.map(({ ms }) => ms));
  const allMs = timings === null ? stepsMs : timings.encodeMs + timings.stepsMs;
  const tokensAt = (position: number) => tokensIn(canvases[position] ?? [], header);
  const tokens = tokensAt(steps.length) - tokensAt(inherited);
  const known = asked.length > 0;
  return {
    stepMs: known ? stepsMs / asked.length : null,
    tokensPerSecond: known && allMs > 0 ? (Math.max(0, tokens) * 1000) / allMs : null,
  };
}

/** Tokens of the fill: revealed, and no pads. */
export function tokensIn(slots: readonly TraceSlot[], { padToken }: TraceHeader): number {
  return slots.filter(({ state, token }) => state === 'revealed' && token !== padToken).length;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) =>
  values.length === 0 ? null : sum(values) / values.length;
