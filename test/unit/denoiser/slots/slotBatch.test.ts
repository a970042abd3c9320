import { expect, test } from 'vitest';
import { SettledSlots } from '../../../../src/denoiser/slots/settledSlots';
import { batchSettled, batchSlots, FILLER_BIAS } from '../../../../src/denoiser/slots/slotBatch';
import { slotRows } from '../../../../src/denoiser/slots/slotRows';
import type { CanvasView } from '../../../../src/diffusion/denoiser';

const MASK = 1;
const PAD = 0;
const SPAN_STARTS = [5, 70];
const rowsOf = (canvas: CanvasView, settled = new SettledSlots()) =>
  slotRows(canvas, SPAN_STARTS, { mask: MASK, pad: PAD }, settled);
const memory = (n: number) => ({ key: Float32Array.of(n, -n), value: Float32Array.of(10 * n, 0) });

test('canvases of different lengths share a batch, filled up out of reach of attention', () => {
  const batch = batchSlots(
    [
      rowsOf({ spanLengths: [2, 1], tokens: Int32Array.of(7, 1, 8) }),
      rowsOf({ spanLengths: [1, 1], tokens: Int32Array.of(1, 9) }),
    ],
    MASK,
  );
  expect([batch.canvases, batch.slots]).toEqual([2, 3]);
  expect([...batch.ids]).toEqual([7n, 1n, 8n, 1n, 9n, 1n]);
  expect([...batch.left]).toEqual([-1n, -1n, -1n, -1n, -1n, -1n]);
  expect([...batch.positions]).toEqual([5n, 6n, 70n, 5n, 70n, 0n]);
  expect([...batch.bias]).toEqual([0, 0, 0, 0, 0, FILLER_BIAS]);
  expect([...batch.causal]).toEqual([0, 0]);
});

test('a causal reading computes what is not settled, up to the slot behind the last draft', () => {
  const canvas = {
    spanLengths: [2, 4],
    tokens: Int32Array.of(7, PAD, 9, MASK, MASK, MASK),
    causal: { from: 3, drafts: [4] },
  };
  const settled = new SettledSlots();
  const all = rowsOf(canvas, settled);
  expect(all).toMatchObject({
    ids: [MASK, MASK, MASK, MASK, MASK],
    left: [-1, 7, -1, 9, 4],
    positions: [5, 6, 70, 71, 72],
    causal: true,
    settled: [],
    asked: 3,
  });

  const places = [
    { position: 5, left: -1 },
    { position: 6, left: 7 },
    { position: 70, left: -1 },
  ];
  settled.keep(places.map((place, i) => ({ ...place, ...memory(i) })));
  expect(rowsOf(canvas, settled)).toMatchObject({
    left: [9, 4],
    positions: [71, 72],
    asked: 0,
    settled: [memory(0), memory(1), memory(2)],
  });
});

test('a later span sees the last token of an earlier one that is full, in a place behind it', () => {
  const canvas = {
    spanLengths: [2, 2],
    tokens: Int32Array.of(7, 8, MASK, MASK),
    causal: { from: 2, drafts: [4] },
  };
  const settled = new SettledSlots();
  expect(rowsOf(canvas, settled)).toMatchObject({
    left: [-1, 7, 8, -1, 4],
    positions: [5, 6, 7, 70, 71],
    asked: 3,
  });

  const places = [-1, 7, 8].map((left, i) => ({ position: 5 + i, left, ...memory(i) }));
  settled.keep(places);
  expect(rowsOf(canvas, settled)).toMatchObject({ left: [-1, 4], positions: [70, 71], asked: 0 });
  const other = { ...canvas, tokens: Int32Array.of(7, 9, MASK, MASK) };
  expect(rowsOf(other, settled)).toMatchObject({ left: [9, -1, 4], asked: 1 });
});

test('only full spans have one more place, and only where all of it is settled', () => {
  const canvas = (from: number, ...tokens: number[]) => ({
    spanLengths: [3, 2],
    tokens: Int32Array.from(tokens),
    causal: { from, drafts: [] },
  });
  const positionsOf = (...given: Parameters<typeof canvas>) => rowsOf(canvas(...given)).positions;
  expect(positionsOf(3, 7, 8, 9, MASK, MASK)).toEqual([5, 6, 7, 8, 70]);
  expect(positionsOf(3, 7, 8, PAD, MASK, MASK)).toEqual([5, 6, 7, 70]);
  expect(positionsOf(2, 7, 8, MASK, MASK, MASK)).toEqual([5, 6, 7]);
});

test('a slot that is asked about is computed even where it has been before', () => {
  const settled = new SettledSlots();
  const places = [5, 6, 7].map((position, i) => ({ position, left: i - 1, ...memory(i) }));
  settled.keep(places);
  const canvas = {
    spanLengths: [3, 0],
    tokens: Int32Array.of(0, MASK, MASK),
    causal: { from: 1, drafts: [] },
  };
  expect(rowsOf(canvas, settled)).toMatchObject({ positions: [6], asked: 0 });
});

test('the longest run of first slots is found, whichever reading it is from', () => {
  const settled = new SettledSlots();
  const reading = (...lefts: number[]) =>
    lefts.map((left, i) => ({ position: 5 + i, left, ...memory(left) }));
  settled.keep(reading(-1, 7, 8));
  settled.keep(reading(-1, 7, 9, 3));
  expect(settled.longest(reading(-1, 7, 8, 2))).toMatchObject([memory(-1), memory(7), memory(8)]);
  expect(settled.longest(reading(-1, 7, 9, 3))).toHaveLength(4);
  expect(settled.longest(reading(-1, 6))).toHaveLength(1);
  expect(settled.longest([{ position: 70, left: -1 }])).toHaveLength(0);
});

test('readings are kept until there are too many, and such as another contains count for nothing', () => {
  const settled = new SettledSlots();
  const reading = (...lefts: number[]) =>
    lefts.map((left, i) => ({ position: 5 + i, left, ...memory(left) }));
  settled.keep(reading(1000, 7));
  for (let left = 0; left < 126; left++) settled.keep(reading(left));
  for (let length = 1; length < 9; length++)
    settled.keep(reading(...new Array<number>(length).fill(500)));
  expect(settled.longest(reading(1000, 7))).toHaveLength(2);
  settled.keep(reading(126));
  expect(settled.longest(reading(1000, 7))).toHaveLength(0);
  expect(settled.longest(reading(0))).toHaveLength(1);
});

test('what slots handed on is set ahead of each canvas’ slots, fillers out of reach', () => {
  const bare = { ids: [], left: [], positions: [], causal: true, places: [], asked: 0 };
  const batch = batchSettled(
    [
      { ...bare, settled: [memory(1)] },
      { ...bare, settled: [memory(2), memory(3)] },
    ],
    2,
  );
  expect(batch.slots).toBe(2);
  expect([...batch.keys]).toEqual([1, -1, 0, 0, 2, -2, 3, -3]);
  expect([...batch.values]).toEqual([10, 0, 0, 0, 20, 0, 30, 0]);
  expect([...batch.bias]).toEqual([0, FILLER_BIAS, 0, 0]);
  expect([...batchSettled([{ ...bare, settled: [] }], 2).bias]).toEqual([FILLER_BIAS]);
});
