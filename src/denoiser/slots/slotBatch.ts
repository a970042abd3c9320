import type { SlotRows } from './slotRows';

/** The rows of B canvases as the step graph reads them, row-major [B, S] with S the most rows of any. */
export interface SlotBatch {
  readonly canvases: number;
  readonly slots: number;
  readonly ids: BigInt64Array;
  readonly left: BigInt64Array;
  readonly positions: BigInt64Array;
  /** Added to attention scores on a slot: 0, or FILLER_BIAS where a shorter canvas was filled up. */
  readonly bias: Float32Array;
  /** Of each canvas, [B]: 1 where it is read from left to right, else 0. */
  readonly causal: Float32Array;
}

/** What slots handed on that have been read from left to right before, row-major [B, M, width]. */
export interface SettledBatch {
  /** M: the most of any canvas, and at least one, as not every execution provider takes empty tensors. */
  readonly slots: number;
  readonly keys: Float32Array;
  readonly values: Float32Array;
  /** [B, M]: 0, or FILLER_BIAS where there is none. */
  readonly bias: Float32Array;
}

/** Takes a filler slot out of attention. */
export const FILLER_BIAS = -1e9;

/** @param maskToken what filler slots hold */
export function batchSlots(canvases: readonly SlotRows[], maskToken: number): SlotBatch {
  const slots = Math.max(...canvases.map(({ ids }) => ids.length));
  const size = canvases.length * slots;
  const ids = new BigInt64Array(size).fill(BigInt(maskToken));
  const left = new BigInt64Array(size).fill(-1n);
  // Fillers share position 0: they never count as neighbours of a slot or of each other.
  const positions = new BigInt64Array(size);
  const bias = new Float32Array(size).fill(FILLER_BIAS);
  canvases.forEach((rows, canvas) => {
    const at = canvas * slots;
    bias.fill(0, at, at + rows.ids.length);
    ids.set(rows.ids.map(BigInt), at);
    left.set(rows.left.map(BigInt), at);
    positions.set(rows.positions.map(BigInt), at);
  });
  const causal = Float32Array.from(canvases, (rows) => Number(rows.causal));
  return { canvases: canvases.length, slots, ids, left, positions, bias, causal };
}

/** @param width numbers that a slot hands on as key, and as value */
export function batchSettled(canvases: readonly SlotRows[], width: number): SettledBatch {
  const slots = Math.max(1, ...canvases.map(({ settled }) => settled.length));
  const keys = new Float32Array(canvases.length * slots * width);
  const values = new Float32Array(keys.length);
  const bias = new Float32Array(canvases.length * slots).fill(FILLER_BIAS);
  canvases.forEach(({ settled }, canvas) => {
    const at = canvas * slots;
    bias.fill(0, at, at + settled.length);
    settled.forEach(({ key, value }, i) => {
      keys.set(key, (at + i) * width);
      values.set(value, (at + i) * width);
    });
  });
  return { slots, keys, values, bias };
}
