import { describe, expect, test } from 'vitest';
import { probableEnd } from '../../../src/diffusion/ending';

const logs = (hazards: readonly (number | null)[]) =>
  hazards.map((hazard) => (hazard === null ? null : Math.log(hazard)));

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
    expect(probableEnd([null, 0, null, 0], true)).toBe(1);
  });
});
