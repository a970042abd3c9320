import type { CanvasView } from './denoiser';
import type { SlotState, TraceSlot, Transition } from './trace/trace';

/** The slots as a run changes them. Arrays have S entries, one per slot, in document order. */
export interface Canvas {
  readonly slots: readonly TraceSlot[];
  readonly spanLengths: readonly number[];
  readonly maskToken: number;
  readonly state: SlotState[];
  readonly tokens: Int32Array;
  /** Log-probability of the token when this run revealed it; NaN where it did not (masked, pinned, the user's own). */
  readonly logProbs: Float64Array;
}

/**
 * A canvas with the given slots. Masked ones hold the mask id whatever their `token` says.
 *
 * @param logProbs of the tokens that this run has revealed before, aligned with the slots; null for all others.
 */
export function canvasOf(
  slots: readonly TraceSlot[],
  maskToken: number,
  logProbs: readonly (number | null)[] = [],
): Canvas {
  return {
    slots,
    spanLengths: spanLengthsOf(slots),
    maskToken,
    state: slots.map((slot) => slot.state),
    tokens: Int32Array.from(slots, (slot) => (slot.state === 'masked' ? maskToken : slot.token)),
    logProbs: Float64Array.from(slots, ({ state }, i) =>
      state === 'revealed' ? (logProbs[i] ?? Number.NaN) : Number.NaN,
    ),
  };
}

/**
 * Number of slots of every span.
 *
 * @param spans how many there are at least: the last may have no slots
 */
export function spanLengthsOf(slots: readonly Pick<TraceSlot, 'span'>[], spans = 0): number[] {
  const count = slots.reduce((most, { span }) => Math.max(most, span + 1), spans);
  const lengths = new Array<number>(count).fill(0);
  for (const { span } of slots) lengths[span]! += 1;
  return lengths;
}

/** What the denoiser reads: a copy, so that it may keep it. */
export function viewOf(canvas: Canvas): CanvasView {
  return { spanLengths: canvas.spanLengths, tokens: canvas.tokens.slice() };
}

/** Which slots, by index, something is about; undefined for all. */
export type SlotSet = readonly boolean[] | undefined;

/** Indices of the slots in the given state, ascending; only those of the set. */
export function slotsIn(canvas: Canvas, state: SlotState, within?: SlotSet): number[] {
  const found: number[] = [];
  for (let i = 0; i < canvas.state.length; i++)
    if (canvas.state[i] === state && (within === undefined || within[i])) found.push(i);
  return found;
}

export function countMasked(canvas: Canvas): number {
  let masked = 0;
  for (let i = 0; i < canvas.state.length; i++) if (canvas.state[i] === 'masked') masked++;
  return masked;
}

export function reveal(
  canvas: Canvas,
  i: number,
  token: number,
  logProb: number,
  reason: string,
): Transition {
  canvas.state[i] = 'revealed';
  canvas.tokens[i] = token;
  canvas.logProbs[i] = logProb;
  return { kind: 'reveal', slot: canvas.slots[i]!.id, token, logProb, reason };
}

export function remask(canvas: Canvas, i: number, reason: string): Transition {
  canvas.state[i] = 'masked';
  canvas.tokens[i] = canvas.maskToken;
  canvas.logProbs[i] = Number.NaN;
  return { kind: 'remask', slot: canvas.slots[i]!.id, reason };
}

export function edit(
  canvas: Canvas,
  i: number,
  token: number,
  logProb: number,
  reason: string,
): Transition {
  canvas.tokens[i] = token;
  canvas.logProbs[i] = logProb;
  return { kind: 'edit', slot: canvas.slots[i]!.id, token, logProb, reason };
}

/** The slots as a trace records them. */
export function traceSlots(canvas: Canvas): TraceSlot[] {
  return canvas.slots.map((slot, i) => ({
    id: slot.id,
    span: slot.span,
    state: canvas.state[i]!,
    token: canvas.tokens[i]!,
  }));
}
