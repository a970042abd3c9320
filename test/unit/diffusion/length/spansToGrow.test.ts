import { expect, test } from 'vitest';
import { spansToGrow } from '../../../../src/diffusion/length/spansToGrow';
import type { SlotState, TraceSlot } from '../../../../src/diffusion/trace/trace';

const PAD = 9;
const canvas = (...spans: (number | SlotState)[][]): TraceSlot[] =>
  spans
    .flatMap((tokens, span) => tokens.map((token) => ({ span, token })))
    .map(({ span, token }, id) =>
      token === 'masked'
        ? { id, span, state: 'masked', token: 10 }
        : { id, span, state: 'revealed', token: Number(token) },
    );

test('a span without a pad at its end may be too short', () => {
  expect(spansToGrow(canvas([1, 2, PAD], [1, 2], [PAD, 3]), PAD, 10)).toEqual([1, 2]);
});

test('one that has all the slots it may have is left alone', () => {
  expect(spansToGrow(canvas([1, 2, 3], [1, 2]), PAD, 3)).toEqual([1]);
});

test('an unfinished end says nothing', () => {
  expect(spansToGrow(canvas([1, 'masked'], [1]), PAD, 10)).toEqual([1]);
});

test('a model without pads cannot tell', () => {
  expect(spansToGrow(canvas([1, 2]), undefined, 10)).toEqual([]);
});

test('no slots, nothing to grow', () => {
  expect(spansToGrow([], PAD, 10)).toEqual([]);
});
