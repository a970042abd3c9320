import { describe, expect, test } from 'vitest';
import { probableEnd } from '../../../src/diffusion/ending';

const logs = (hazards: readonly (number | null)[], follow = 0.5) =>
  hazards.map((hazard) =>
    hazard === null ? null : { logProb: Math.log(hazard), followLogProb: Math.log(follow) },
  );

describe('probableEnd', () => {
  test('is the mode of where the text ends', () => {
    // 0.3, 0.7 · 0.5 = 0.35, 0.35 · 0.6 = 0.21; goes on: 0.14.
    expect(probableEnd(logs([null, 0.3, 0.5, 0.6]), true)).toBe(2);
    expect(probableEnd(logs([null, 0.4, 0.5, 0.6]), true)).toBe(1);
  });

  test('is none where the text more probably goes on', () => {
    expect(probableEnd(logs([null, 0.2, 0.2, 0.2]), true)).toBeUndefined();
    expect(probableEnd(logs([null, 0.2, 0.2, 0.25]), true)).toBe(1);
    expect(probableEnd([], true)).toBeUndefined();
    expect(probableEnd([null, null], true)).toBeUndefined();
  });

  test('is the most probable one where there is no room to go on', () => {
    expect(probableEnd(logs([null, 0.1, 0.3, 0.2]), false)).toBe(2);
    expect(probableEnd([null, null], false)).toBeUndefined();
  });

  test('is certain after a certain end', () => {
    expect(probableEnd(logs([null, 1, null, 1]), true)).toBe(1);
  });

  test('is rather where the text behind was expected next', () => {
    const [, unlikely, likely] = [null, ...logs([0.4], 0.1), ...logs([0.3], 0.5)];
    // 0.4 · 0.1 = 0.04, 0.6 · 0.3 · 0.5 = 0.09.
    expect(probableEnd([null, unlikely!, likely!], false)).toBe(2);
    // 0.6 · 0.7 = 0.42 goes on, where the token has its mean, 0.3: 0.126 against 0.13 in all.
    expect(probableEnd([null, unlikely!, likely!], true)).toBe(2);
    const [surely, hardly] = [...logs([0.2], 0.9), ...logs([0.2], 0.1)];
    expect(probableEnd([null, surely!, hardly!, hardly!], true)).toBe(1);
    expect(probableEnd([null, hardly!, hardly!, hardly!], true)).toBeUndefined();
  });

  test('is rather where the text is plausible', () => {
    const plausible = (slot: number) => (slot === 2 ? 0.1 : 1);
    expect(probableEnd(logs([null, 0.3, 0.9]), false, plausible)).toBe(1);
    // 0.9 has ended at 2, implausibly: 0.09 against 0.1 that goes on.
    expect(probableEnd(logs([null, null, 0.9], 1), true, plausible)).toBeUndefined();
  });

  test('weighs ends alike where nothing stands behind', () => {
    const bare = logs([null, 0.3, 0.5]).map((each) => each && { ...each, followLogProb: null });
    expect(probableEnd(bare, false)).toBe(2);
  });
});
