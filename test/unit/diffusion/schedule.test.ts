import { describe, expect, test } from 'vitest';
import { loopAlpha } from '../../../src/diffusion/remask/remdm';
import { evenShares, scheduledShares, schedules, shareLeft } from '../../../src/diffusion/schedule';
import { range } from './run';

const { linear, cosine } = schedules;
const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

test.each(Object.entries(schedules))(
  '%s falls from 1 to 0 and timeAt inverts it',
  (_, schedule) => {
    expect(schedule.alpha(0)).toBeCloseTo(1, 12);
    expect(schedule.alpha(1)).toBeCloseTo(0, 12);
    for (const t of range(21).map((i) => i / 20)) {
      expect(schedule.timeAt(1 - schedule.alpha(t))).toBeCloseTo(t, 7);
      if (t < 1) expect(schedule.alpha(t + 0.05)).toBeLessThan(schedule.alpha(t));
    }
    // At the ends without any rounding: no step is told to begin before 1 or to end after 0.
    expect([schedule.timeAt(1), schedule.timeAt(0)]).toEqual([1, 0]);
  },
);

test('cosine keeps more masked than linear until the end', () => {
  expect(cosine.alpha(0.5)).toBeCloseTo(1 - Math.SQRT1_2, 12);
  expect(linear.alpha(0.5)).toBe(0.5);
});

describe('shares', () => {
  test('LLaDA spreads what T does not divide over the first steps', () => {
    expect(evenShares(10, 4)).toEqual([3, 3, 2, 2]);
    expect(evenShares(8, 8)).toEqual(new Array(8).fill(1));
    expect(evenShares(2, 4)).toEqual([1, 1, 0, 0]);
  });

  test('other schedules take differences of rounded cumulative counts', () => {
    // 8·cos(π/2·(i + 1)/4) is 7.39, 5.66, 3.06, 0.
    expect(scheduledShares(cosine.alpha, 8, 4, 1)).toEqual([1, 1, 3, 3]);
    // From t = 1/2, where half of the slots are masked, the remaining ones fall with (1 − α(t)) / (1 − α(1/2)).
    expect(scheduledShares(linear.alpha, 6, 3, 0.5)).toEqual([2, 2, 2]);
  });

  test('all slots are shared out, whatever L, T and start', () => {
    for (const { alpha } of [linear, cosine])
      for (const slots of range(20))
        for (const steps of [1, 2, 3, 7, 20, 33])
          for (const start of [1e-16, 0.1, 0.5, 1]) {
            const shares = scheduledShares(alpha, slots, steps, start);
            expect(shares).toHaveLength(steps);
            expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
            expect(sum(shares)).toBe(slots);
            expect(sum(evenShares(slots, steps))).toBe(slots);
          }
  });
});

describe('the loop of ReMDM', () => {
  const settings = { remasker: 'remdm-loop', eta: 0.02, on: 0.55, alpha: 0.9, off: 0.05 } as const;

  test('rises to 0.9, holds it, and rises to 1', () => {
    const alpha = loopAlpha(linear.alpha, 1, settings);
    expect(alpha(1)).toBe(0);
    expect(alpha(0.775)).toBeCloseTo(0.45, 12);
    for (const t of [0.55, 0.3, 0.051]) expect(alpha(t)).toBe(0.9);
    expect(alpha(0.025)).toBeCloseTo(0.95, 12);
    expect(alpha(0)).toBe(1);
  });

  test('runs over the times of a rewrite, from what it starts with', () => {
    const alpha = loopAlpha(linear.alpha, 0.4, settings);
    expect(alpha(0.4)).toBeCloseTo(0.6, 12);
    expect(alpha(0.4 * 0.55)).toBe(0.9);
    expect(alpha(0)).toBe(1);
    // A rewrite that starts with more than 0.9 never masks down to it.
    expect(loopAlpha(linear.alpha, 0.04, settings)(0.03)).toBeCloseTo(0.96, 12);
  });

  test('has no last phase when it is never switched off', () => {
    const alpha = loopAlpha(linear.alpha, 1, { ...settings, off: 0 });
    expect(alpha(0.001)).toBe(0.9);
    expect(alpha(0)).toBe(1);
  });

  test('jumps to what it holds where it is on from the start', () => {
    const alpha = loopAlpha(linear.alpha, 1, { ...settings, on: 1 });
    expect([alpha(1), alpha(0.99)]).toEqual([0, 0.9]);
    expect(scheduledShares(alpha, 10, 4, 1)).toEqual([9, 0, 0, 1]);
    const all = loopAlpha(linear.alpha, 1, { ...settings, on: 1, alpha: 1 });
    expect(scheduledShares(all, 10, 4, 1)).toEqual([10, 0, 0, 0]);
  });
});

test('a start so late that nothing is masked any more leaves nothing', () => {
  expect(shareLeft(linear.alpha, 0.5e-17, 1e-17)).toBe(0);
  expect(scheduledShares(linear.alpha, 3, 2, 1e-17)).toEqual([3, 0]);
});
