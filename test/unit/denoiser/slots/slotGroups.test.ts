import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostRows, slotGroups } from '../../../../src/denoiser/slots/slotGroups';
import type { SlotRows } from '../../../../src/denoiser/slots/slotRows';

const canvas = (rows: number) =>
  ({ ids: new Array<number>(rows).fill(0) }) as Partial<SlotRows> as SlotRows;
const lengths = (groups: readonly (readonly SlotRows[])[]) =>
  groups.map((group) => group.map(({ ids }) => ids.length));

test('canvases share a run as long as it stays small', () => {
  const groups = slotGroups([32, 32, 16, 16, 16, 16, 8].map(canvas), 64);
  expect(lengths(groups)).toEqual([[32, 32], [16, 16, 16, 16], [8]]);
});

test('a run is as long as its longest canvas', () => {
  expect(lengths(slotGroups([4, 4, 40, 4].map(canvas), 64))).toEqual([[4, 4], [40], [4]]);
  expect(lengths(slotGroups([40, 4].map(canvas), 80))).toEqual([[40, 4]]);
});

test('a long canvas is alone, and none is lost or out of order', () => {
  expect(lengths(slotGroups([128, 1].map(canvas), 64))).toEqual([[128], [1]]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 130 })), (rows) => {
      const groups = lengths(slotGroups(rows.map(canvas), 64));
      expect(groups.flat()).toEqual(rows);
      for (const group of groups)
        expect(group.length === 1 || group.length * Math.max(...group) <= 64).toBe(true);
    }),
  );
});

test('a GPU computes all at once', () => {
  expect(mostRows('cpu')).toBe(64);
  const canvases = [64, 64, 64].map(canvas);
  expect(slotGroups(canvases, mostRows('webgpu'))).toEqual([canvases]);
});
