import type { CanvasView } from '../diffusion/denoiser';

/** B canvases as the step graph reads them, row-major [B, S] with S the most slots of any. */
export interface SlotBatch {
  readonly rows: number;
  readonly slots: number;
  readonly ids: BigInt64Array;
  readonly positions: BigInt64Array;
  /** Added to attention scores on a slot: 0, or FILLER_BIAS where a shorter canvas was filled up. */
  readonly bias: Float32Array;
}

/** Takes a filler slot out of attention. */
export const FILLER_BIAS = -1e9;

/**
 * @param spanStarts position of the first slot of each span
 * @param maskToken what filler slots hold
 */
export function batchSlots(
  canvases: readonly CanvasView[],
  spanStarts: readonly number[],
  maskToken: number,
): SlotBatch {
  const rows = canvases.length;
  const slots = Math.max(...canvases.map((canvas) => canvas.tokens.length));
  const ids = new BigInt64Array(rows * slots).fill(BigInt(maskToken));
  // Fillers share position 0: they never count as neighbours of a slot or of each other.
  const positions = new BigInt64Array(rows * slots);
  const bias = new Float32Array(rows * slots).fill(FILLER_BIAS);
  canvases.forEach((canvas, row) => {
    let at = row * slots;
    bias.fill(0, at, at + canvas.tokens.length);
    canvas.tokens.forEach((token, slot) => {
      ids[row * slots + slot] = BigInt(token);
    });
    canvas.spanLengths.forEach((length, span) => {
      for (let i = 0; i < length; i++) positions[at++] = BigInt((spanStarts[span] ?? 0) + i);
    });
  });
  return { rows, slots, ids, positions, bias };
}
