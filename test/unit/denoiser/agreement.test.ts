import { expect, test } from 'vitest';
import { largestDifference } from '../../../src/denoiser/selfCheck/agreement';
import type { Prediction } from '../../../src/diffusion/denoiser';

const prediction = (tokens: number[], logProbs: number[], entropy = [1]): Prediction => ({
  topK: tokens.length / entropy.length,
  tokens: Int32Array.from(tokens),
  logProbs: Float32Array.from(logProbs),
  entropy: Float32Array.from(entropy),
});
const reference = [prediction([5, 6], [-0.5, -1])];

test('is 0 for the same numbers', () => {
  expect(largestDifference(reference, reference)).toBe(0);
});

test('compares tokens by id, wherever they rank', () => {
  expect(largestDifference(reference, [prediction([6, 5], [-0.75, -0.5])])).toBeCloseTo(0.25);
});

test('sees entropies', () => {
  expect(largestDifference(reference, [prediction([5, 6], [-0.5, -1], [1.5])])).toBeCloseTo(0.5);
});

test('is infinite when a probable token or a prediction is missing', () => {
  expect(largestDifference(reference, [prediction([5, 7], [-0.5, -1])])).toBe(Infinity);
  expect(largestDifference(reference, [])).toBe(Infinity);
});

test('is no number when the numbers are none', () => {
  const broken = [prediction([5, 6], [NaN, -1])];
  expect(largestDifference(reference, broken) <= 1).toBe(false);
});

test('ignores improbable tokens', () => {
  const unlikely = [prediction([5, 6], [-0.001, -8])];
  expect(largestDifference(unlikely, [prediction([5, 7], [-0.001, -8])])).toBe(0);
});
