import { expect, test } from 'vitest';
import { batchSlots, FILLER_BIAS } from '../../../src/denoiser/slotBatch';

test('canvases of different lengths share a batch, filled up out of reach of attention', () => {
  const batch = batchSlots(
    [
      { spanLengths: [2, 1], tokens: Int32Array.of(7, 1, 8) },
      { spanLengths: [1, 1], tokens: Int32Array.of(1, 9) },
    ],
    [5, 70],
    1,
  );
  expect([batch.rows, batch.slots]).toEqual([2, 3]);
  expect([...batch.ids]).toEqual([7n, 1n, 8n, 1n, 9n, 1n]);
  expect([...batch.positions]).toEqual([5n, 6n, 70n, 5n, 70n, 0n]);
  expect([...batch.bias]).toEqual([0, 0, 0, 0, 0, FILLER_BIAS]);
});
