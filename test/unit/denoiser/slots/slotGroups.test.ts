import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostRows, slotGroups } from '../../../../src/denoiser/slots/slotGroups';

const grouped = (rows: readonly number[], most: number) => slotGroups(rows, (count) => count, most);

test('canvases share a run as long as it stays small', () => {
  expect(grouped([32, 32, 16, 16, 16, 16, 8], 64)).toEqual([[32, 32], [16, 16, 16, 16], [8]]);
});

test('a run is as long as its longest canvas', () => {
  expect(grouped([4, 4, 40, 4], 64)).toEqual([[4, 4], [40], [4]]);
  expect(grouped([40, 4], 80)).toEqual([[40, 4]]);
});

test('a long canvas is alone, and none is lost or out of order', () => {
  expect(grouped([128, 1], 64)).toEqual([[128], [1]]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 130 })), (rows) => {
      const groups = grouped(rows, 64);
      expect(groups.flat()).toEqual(rows);
      for (const group of groups)
        expect(group.length === 1 || group.length * Math.max(...group) <= 64).toBe(true);
    }),
  );
});

test('a GPU computes all at once', () => {
  expect(mostRows('cpu')).toBe(64);
  expect(grouped([64, 64, 64], mostRows('webgpu'))).toEqual([[64, 64, 64]]);
});

test('canvases that cannot share a run do not', () => {
  const isEqual = (one: number, other: number) => one === other;
  expect(slotGroups([2, 2, 3, 3, 2], (count) => count, 64, isEqual)).toEqual([[2, 2], [3, 3], [2]]);
});
