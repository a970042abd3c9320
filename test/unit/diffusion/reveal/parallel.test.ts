import { describe, expect, test } from 'vitest';
import { type AdaptiveRule, supported } from '../../../../src/diffusion/reveal/parallel';
import { range } from '../run';

function count(rule: AdaptiveRule, confidence: number[], entropy: number[] = confidence): number {
  return supported(
    rule,
    range(confidence.length),
    Float64Array.from(confidence),
    Float32Array.from(entropy),
  ).length;
}

describe('threshold', () => {
  const rule = { rule: 'threshold', threshold: 0.9 } as const;
  test('takes all that reach it', () => {
    expect(count(rule, [0.99, 0.95, 0.9, 0.89])).toBe(3);
    expect(count(rule, [0.5, 0.4])).toBe(0);
    expect(count(rule, [0.95, 0.95])).toBe(2);
  });
  test('stops at the first that does not, when the order is not by confidence', () => {
    expect(count(rule, [0.95, 0.2, 0.99])).toBe(1);
  });
});

test('factor takes the largest n with (n + 1)(1 − c₍ₙ₎) < f', () => {
  const rule = { rule: 'factor', factor: 1 } as const;
  // 2·0.1, 3·0.2, 4·0.3 = 1.2.
  expect(count(rule, [0.9, 0.8, 0.7, 0.7])).toBe(2);
  // 2·0.5 = 1 is not below 1.
  expect(count(rule, [0.5])).toBe(0);
  // The least confidence of the prefix counts: 2·0.3, 3·0.3, 4·0.3.
  expect(count(rule, [0.7, 0.99, 0.99])).toBe(2);
});

test('entropy bound takes the largest k with ΣH − max H ≤ γ', () => {
  const rule = { rule: 'entropy-bound', gamma: 0.1 } as const;
  const confidence = [1, 1, 1, 1];
  // Before the largest: 0, 0.03, 0.03 + 0.05, 0.03 + 0.05 + 0.06.
  expect(count(rule, confidence, [0.03, 0.05, 0.06, 2])).toBe(3);
  // One slot alone is always within the bound, however unsure.
  expect(count(rule, confidence, [5, 5, 5, 5])).toBe(1);
  expect(count({ ...rule, gamma: 0 }, confidence, [0, 0, 0, 1])).toBe(4);
});

test('Fréchet bound takes the largest n with max(0, Σc − (n − 1)) − (1 − c₍ₙ₎) > δ', () => {
  const rule = { rule: 'frechet-bound', delta: 0.25 } as const;
  // 0.95 − 0.05; 0.85 − 0.1; 0.65 − 0.2 = 0.45; 0.4 − 0.25 = 0.15.
  expect(count(rule, [0.95, 0.9, 0.8, 0.75])).toBe(3);
  // 0.6 − 0.4 = 0.2 alone is not enough, nor is 0.5 − 0.5 = 0 where δ is.
  expect(count(rule, [0.6])).toBe(0);
  expect(count({ ...rule, delta: 0 }, [0.5])).toBe(0);
  // The sum of the confidences tells more than their least: the same least thrice gives 0.4 − 0.2 = 0.2.
  expect(count(rule, [0.8, 0.8, 0.8])).toBe(2);
  // The least confidence of the prefix counts: 0.8 − 0.2, 0.79 − 0.2 = 0.59, 0.78 − 0.2 = 0.58.
  expect(count({ ...rule, delta: 0.585 }, [0.8, 0.99, 0.99])).toBe(2);
  // A lower bound below zero says nothing more: 0 − (1 − 0.9) is never above δ = 0.
  expect(count({ ...rule, delta: 0 }, new Array(20).fill(0.9))).toBe(9);
});

test('reasons name the number and the bound', () => {
  const reasons = supported(
    { rule: 'threshold', threshold: 0.9 },
    [0, 1],
    Float64Array.of(0.97432, 0.9),
    Float32Array.of(0, 0),
  );
  expect(reasons).toEqual(['confidence 0.974 ≥ 0.9', 'confidence 0.9 ≥ 0.9']);
});
