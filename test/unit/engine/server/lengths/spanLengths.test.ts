import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RequestError } from '../../../../../src/denoiser';
import {
  grownLengths,
  type SpanDemand,
  spanLengths,
} from '../../../../../src/engine/server/lengths/spanLengths';

const limits = { spanGap: 64, maxSlots: 128, hasSurplus: true };
const auto = (tokens: number, atLeast = 1): SpanDemand => ({ slots: 'auto', tokens, atLeast });
const asked = (slots: number): SpanDemand => ({ slots, tokens: 0, atLeast: 1 });

describe('spanLengths', () => {
  test('guesses from the present text, up to the gap', () => {
    expect(spanLengths([auto(0)], limits)).toEqual([16]);
    expect(spanLengths([auto(10)], limits)).toEqual([23]);
    const exact = { ...limits, hasSurplus: false };
    expect(spanLengths([auto(0), auto(10)], exact)).toEqual([16, 10]);
    expect(spanLengths([auto(1000)], limits)).toEqual([64]);
  });

  test('takes a number as it is', () => {
    expect(spanLengths([asked(1), asked(64)], limits)).toEqual([1, 64]);
    expect(spanLengths([asked(64), asked(64)], limits)).toEqual([64, 64]);
  });

  test('shrinks guesses so that all spans fit together', () => {
    const lengths = spanLengths([asked(64), auto(16), auto(16), auto(16)], limits);
    expect(lengths).toEqual([64, 21, 21, 21]);
  });

  test('keeps room for every token a rewrite starts from', () => {
    const lengths = spanLengths([auto(30, 30), auto(40, 40), auto(50, 50)], limits);
    expect(lengths).toEqual([33, 43, 51]);
    expect(spanLengths([{ slots: 4, tokens: 9, atLeast: 9 }], limits)).toEqual([9]);
  });

  test('refuses what cannot fit, with the limit', () => {
    expect(() => spanLengths([asked(65)], limits)).toThrow(RequestError);
    expect(() => spanLengths([asked(65)], limits)).toThrow(
      /65 slots were asked for.*at most 64 in a span/,
    );
    expect(() => spanLengths([auto(70, 70)], limits)).toThrow(/70 slots.*at most 64/);
    expect(() => spanLengths([asked(50), asked(50), asked(50)], limits)).toThrow(/150.*128/);
    expect(() => spanLengths(new Array(129).fill(auto(0)), limits)).toThrow(/129.*128/);
  });

  test('never exceeds the limits', () => {
    const demand = fc.record({
      slots: fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 40 })),
      tokens: fc.nat(100),
      atLeast: fc.constant(1),
    });
    fc.assert(
      fc.property(fc.array(demand, { minLength: 1, maxLength: 3 }), (demands) => {
        const lengths = spanLengths(demands, limits);
        expect(Math.min(...lengths)).toBeGreaterThanOrEqual(1);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(64);
        expect(lengths.reduce((a, b) => a + b)).toBeLessThanOrEqual(128);
      }),
    );
  });
});

describe('grownLengths', () => {
  test('doubles the spans that were too short', () => {
    expect(grownLengths([8, 16, 4], [0, 2], limits)).toEqual([16, 16, 8]);
  });

  test('stops at 32, at the gap and at the slots of a request', () => {
    expect(grownLengths([20], [0], limits)).toEqual([32]);
    expect(grownLengths([20], [0], { ...limits, spanGap: 24 })).toEqual([24]);
    expect(grownLengths([20, 60, 40, 5], [0, 3], limits)).toEqual([23, 60, 40, 5]);
  });

  test('is undefined when nothing can grow', () => {
    expect(grownLengths([32], [0], limits)).toBeUndefined();
    expect(grownLengths([40], [0], limits)).toBeUndefined();
    expect(grownLengths([8], [], limits)).toBeUndefined();
    expect(grownLengths([64, 44, 20], [2], limits)).toBeUndefined();
  });
});
