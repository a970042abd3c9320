import { describe, expect, test } from 'vitest';
import { maskedSlots, noisedSlots } from '../../../src/diffusion/noise';
import type { ScheduleName } from '../../../src/diffusion/settings/sampler';
import { binomialProbabilities, expectDistribution, seeds, tally } from './chiSquare';
import { range } from './run';

test('an infill starts all masked, ids counting over the spans', () => {
  expect(maskedSlots([2, 0, 1], 7)).toEqual([
    { id: 0, span: 0, state: 'masked', token: 7 },
    { id: 1, span: 0, state: 'masked', token: 7 },
    { id: 2, span: 2, state: 'masked', token: 7 },
  ]);
});

describe('a rewrite', () => {
  const tokens = [1, 2, 3, 4, 5, 6, 7, 8];
  const masked = (strength: number, seed: number, schedule: ScheduleName = 'linear') =>
    noisedSlots([tokens], strength, 0, seed, schedule).filter(({ state }) => state === 'masked')
      .length;

  test('masks each token with probability 1 − α(strength)', () => {
    const many = seeds(3000);
    expectDistribution(
      tally(
        many.map((seed) => masked(0.3, seed)),
        9,
      ),
      binomialProbabilities(8, 0.3),
    );
    expectDistribution(
      tally(
        many.map((seed) => masked(0.3, seed, 'cosine')),
        9,
      ),
      binomialProbabilities(8, Math.sin((Math.PI / 2) * 0.3)),
    );
  });

  test('of strength 1 masks everything', () => {
    for (const seed of range(100)) expect(masked(1, seed)).toBe(8);
  });

  test('has a mask where none but a mask stood', () => {
    for (const seed of range(20))
      expect(noisedSlots([[1, 0, 2]], 0.1, 0, seed, 'linear')[1]).toEqual({
        id: 1,
        span: 0,
        state: 'masked',
        token: 0,
      });
  });

  test('draws for a mask as well, so that one more says nothing of the tokens behind it', () => {
    const states = (token: number, seed: number) =>
      noisedSlots([[1, token, 2, 3]], 0.5, 0, seed, 'linear').map(({ state }) => state);
    for (const seed of range(20))
      expect(states(0, seed)).toEqual(states(4, seed).with(1, 'masked'));
  });

  test('keeps the other tokens and is the same for the same seed', () => {
    const slots = noisedSlots([[1, 2], [3]], 0.5, 0, 11, 'linear');
    expect(noisedSlots([[1, 2], [3]], 0.5, 0, 11, 'linear')).toEqual(slots);
    expect(slots.map(({ span }) => span)).toEqual([0, 0, 1]);
    for (const [i, { id, state, token }] of slots.entries()) {
      expect(id).toBe(i);
      expect(token).toBe(state === 'masked' ? 0 : i + 1);
    }
  });
});
