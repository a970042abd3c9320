import { expect, test } from 'vitest';
import { layOutContext } from '../../../../src/denoiser/context/contextLayout';

test('positions run on, and leave the gap of a span whatever its length', () => {
  const layout = layOutContext(
    { pieces: [[10, 11], [12], [13, 14]], language: 4, begin: 2, end: 3 },
    64,
  );
  expect(layout.ids).toEqual([4, 2, 10, 11, 12, 13, 14, 3]);
  expect(layout.positions).toEqual([0, 1, 2, 3, 68, 133, 134, 135]);
  expect(layout.spanStarts).toEqual([4, 69]);
  expect(layout.pieces).toEqual([[10, 11], [12], [13, 14]]);
});

test('markers that are absent take no position', () => {
  const layout = layOutContext({ pieces: [[10], [11]] }, 8);
  expect(layout).toEqual({
    ids: [10, 11],
    positions: [0, 9],
    spanStarts: [1],
    pieces: [[10], [11]],
  });
});

test('a span at the very beginning starts at position 0', () => {
  expect(layOutContext({ pieces: [[], [7]] }, 8)).toEqual({
    ids: [7],
    positions: [8],
    spanStarts: [0],
    pieces: [[], [7]],
  });
});
