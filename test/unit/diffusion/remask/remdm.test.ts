import { describe, expect, test } from 'vitest';
import { revealProbability, sigma, sigmaMax } from '../../../../src/diffusion/remask/remdm';

const stand = { t: 0.3, alphaT: 0.7, alphaS: 0.8 };
const loop = { remasker: 'remdm-loop', eta: 0.02, on: 0.55, alpha: 0.9, off: 0.05 } as const;

test('σ_max leaves room for the schedule to fall', () => {
  expect(sigmaMax(0.7, 0.8)).toBeCloseTo(0.2 / 0.7, 12);
  expect(sigmaMax(0.1, 0.2)).toBe(1);
  expect(sigmaMax(0, 0.2)).toBe(1);
  expect(sigmaMax(0.9, 1)).toBe(0);
  expect(sigmaMax(0, 1)).toBe(0);
});

describe('σ', () => {
  test('cap: η, but no more than σ_max', () => {
    expect(sigma({ remasker: 'remdm-cap', eta: 0.1 }, stand, [1, 1])).toEqual({
      perSlot: [0.1, 0.1],
      mean: 0.1,
    });
    expect(sigma({ remasker: 'remdm-cap', eta: 0.9 }, stand, []).mean).toBeCloseTo(2 / 7, 12);
  });

  test('rescale: η·σ_max', () => {
    const { perSlot } = sigma({ remasker: 'remdm-rescale', eta: 0.5 }, stand, [1]);
    expect(perSlot[0]).toBeCloseTo(1 / 7, 12);
  });

  test('conf: σ_max shared out by softmax(−c)', () => {
    const { perSlot, mean } = sigma({ remasker: 'remdm-conf' }, stand, [0.9, 0.2]);
    expect(perSlot[0]! + perSlot[1]!).toBeCloseTo(2 / 7, 12);
    expect(perSlot[1]! / perSlot[0]!).toBeCloseTo(Math.exp(0.7), 12);
    expect(mean).toBeCloseTo(1 / 7, 12);
    expect(sigma({ remasker: 'remdm-conf' }, stand, [])).toEqual({ perSlot: [], mean: 0 });
  });

  test.each([
    [0.56, 0],
    [0.55, 0.02],
    [0.051, 0.02],
    [0.05, 0],
  ])('loop: at t = %s it is %s', (t, expected) => {
    expect(sigma(loop, { ...stand, t }, [1]).perSlot).toEqual([expected]);
  });
});

describe('the reveal probability', () => {
  test('without remasking is (αₛ − αₜ)/(1 − αₜ)', () => {
    expect(revealProbability(0.5, 0.75, 0)).toBe(0.5);
  });
  test('balances what is remasked', () => {
    // (1 − αₜ)(1 − p) + αₜσ = 1 − αₛ.
    const p = revealProbability(0.6, 0.7, 0.2);
    expect(0.4 * (1 - p) + 0.6 * 0.2).toBeCloseTo(0.3, 12);
  });
  test('is 1 at σ_max and never above', () => {
    expect(revealProbability(0.6, 0.7, sigmaMax(0.6, 0.7))).toBeCloseTo(1, 12);
    expect(revealProbability(1, 1, 0)).toBe(1);
  });
});
