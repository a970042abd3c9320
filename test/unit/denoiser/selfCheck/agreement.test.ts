import { expect, test } from 'vitest';
import {
  disagreement,
  largestDifference,
  TOLERANCE,
} from '../../../../src/denoiser/selfCheck/agreement';
import type { Prediction } from '../../../../src/diffusion/denoiser';

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

test('compares every slot, whatever number of tokens either lists', () => {
  const two = [prediction([5, 6, 7, 8], [-0.5, -1, -0.25, -2], [1, 2])];
  const three = [prediction([5, 6, 9, 8, 7, 9], [-0.5, -1, -9, -2.5, -0.25, -9], [1, 2])];
  expect(largestDifference(two, three)).toBeCloseTo(0.5);
  const missing = [prediction([5, 6, 9, 8, 9, 4], [-0.5, -1, -9, -2, -3, -9], [1, 2])];
  expect(largestDifference(two, missing)).toBe(Infinity);
});

test('is infinite when a probable token or a prediction is missing', () => {
  expect(largestDifference(reference, [prediction([5, 7], [-0.5, -1])])).toBe(Infinity);
  expect(largestDifference(reference, [])).toBe(Infinity);
  expect(largestDifference([], reference)).toBe(Infinity);
  const longer = [prediction([5, 6, 5, 6], [-0.5, -1, -0.5, -1], [1, 1])];
  expect(largestDifference(reference, longer)).toBe(Infinity);
});

test('is no number when the numbers are none', () => {
  const broken = [prediction([5, 6], [NaN, -1])];
  expect(largestDifference(reference, broken) <= 1).toBe(false);
});

test('ignores improbable tokens', () => {
  const unlikely = [prediction([5, 6], [-0.001, -8])];
  expect(largestDifference(unlikely, [prediction([5, 7], [-0.001, -8])])).toBe(0);
});

test('counts where it is more than tolerated, or no number', () => {
  const off = (nats: number) => [prediction([5, 6], [-0.5 - nats, -1])];
  expect(disagreement(reference, off(TOLERANCE / 2))).toBeUndefined();
  expect(disagreement(reference, off(2 * TOLERANCE))).toBeCloseTo(2 * TOLERANCE);
  expect(disagreement(reference, off(NaN))).toBeNaN();
  expect(disagreement(reference, [])).toBe(Infinity);
});
