import { describe, expect, test } from 'vitest';
import { passedEnd, probableEnd } from '../../../../src/diffusion/reveal/ending';

const logs = (hazards: readonly (number | null)[], follow = 0.5) =>
  hazards.map((hazard) =>
    hazard === null ? null : { logProb: Math.log(hazard), followLogProb: Math.log(follow) },
  );

const either = { goingOn: 1, ending: () => 1 };
const noMore = { goingOn: 0, ending: () => 1 };

describe('probableEnd', () => {
  test('is the mode of where the text ends', () => {
    // 0.3, 0.7 · 0.5 = 0.35, 0.35 · 0.6 = 0.21; goes on: 0.14.
    expect(probableEnd(logs([null, 0.3, 0.5, 0.6]), either)).toBe(2);
    expect(probableEnd(logs([null, 0.4, 0.5, 0.6]), either)).toBe(1);
  });

  test('is none where the text more probably goes on', () => {
    expect(probableEnd(logs([null, 0.2, 0.2, 0.2]), either)).toBeUndefined();
    expect(probableEnd(logs([null, 0.2, 0.2, 0.25]), either)).toBe(1);
    expect(probableEnd([], either)).toBeUndefined();
    expect(probableEnd([null, null], either)).toBeUndefined();
  });

  test('is the most probable one where there is no room to go on', () => {
    expect(probableEnd(logs([null, 0.1, 0.3, 0.2]), noMore)).toBe(2);
    expect(probableEnd([null, null], noMore)).toBeUndefined();
  });

  test('is certain after a certain end', () => {
    expect(probableEnd(logs([null, 1, null, 1]), either)).toBe(1);
  });

  test('is rather where the text behind was expected next', () => {
    const [, unlikely, likely] = [null, ...logs([0.4], 0.1), ...logs([0.3], 0.5)];
    // 0.4 · 0.1 = 0.04, 0.6 · 0.3 · 0.5 = 0.09.
    expect(probableEnd([null, unlikely!, likely!], noMore)).toBe(2);
    // 0.6 · 0.7 = 0.42 goes on, where the token has its mean, 0.3: 0.126 against 0.13 in all.
    expect(probableEnd([null, unlikely!, likely!], either)).toBe(2);
    const [surely, hardly] = [...logs([0.2], 0.9), ...logs([0.2], 0.1)];
    expect(probableEnd([null, surely!, hardly!, hardly!], either)).toBe(1);
    expect(probableEnd([null, hardly!, hardly!, hardly!], either)).toBeUndefined();
  });

  test('is rather where the text is plausible', () => {
    const ending = (slot: number) => (slot === 2 ? 0.1 : 1);
    expect(probableEnd(logs([null, 0.3, 0.9]), { goingOn: 0, ending })).toBe(1);
    // 0.9 has ended at 2, implausibly: 0.09 against 0.1 that goes on, or against a hundredth of it.
    expect(probableEnd(logs([null, null, 0.9], 1), { goingOn: 1, ending })).toBeUndefined();
    expect(probableEnd(logs([null, null, 0.9], 1), { goingOn: 0.01, ending })).toBe(2);
  });

  test('does not look at ends that would hardly be any', () => {
    const asked: number[] = [];
    const ending = (slot: number) => asked.push(slot) && 1;
    expect(probableEnd(logs([1e-5, 0.3, 1e-5, 0.6]), { goingOn: 0, ending })).toBe(3);
    expect(asked).toEqual([1, 3]);
  });

  test('weighs ends alike where nothing stands behind', () => {
    const bare = logs([null, 0.3, 0.5]).map((each) => each && { ...each, followLogProb: null });
    expect(probableEnd(bare, noMore)).toBe(2);
  });
});

describe('passedEnd', () => {
  const plausible = () => 1;
  /** An end before slot 1 that is expected as a stretch of others is not. */
  const [likely, unlikely] = [...logs([0.2], 0.9), ...logs([0.02], 0.01)];

  test('is the most probable end, once the text has more probably ended than not', () => {
    // 0.18; goes on: 0.8, where the token has its mean, 0.9.
    expect(passedEnd([null, likely!], plausible)).toBeUndefined();
    // 0.78 · 0.45 = 0.35; 0.77 · 0.31 = 0.24; 0.75 · 0.23 = 0.17.
    expect(passedEnd([null, likely!, unlikely!], plausible)).toBeUndefined();
    expect(passedEnd([null, likely!, unlikely!, unlikely!], plausible)).toBeUndefined();
    expect(passedEnd([null, likely!, unlikely!, unlikely!, unlikely!], plausible)).toBe(1);
    expect(passedEnd([], plausible)).toBeUndefined();
    expect(passedEnd([null, null], plausible)).toBeUndefined();
  });

  test('is none that is far less probable than one to come could be', () => {
    const slight = logs([0.05], 0.9)[0]!;
    const least = logs([0.001], 0.001)[0]!;
    // 0.045 against 0.95 · 0.02: it is over, but for an end that the next slots may name.
    const endings = [null, slight, ...Array(50).fill(least)];
    expect(probableEnd(endings, either)).toBe(1);
    expect(passedEnd(endings, plausible)).toBeUndefined();
  });

  test('is none that is implausible, of which nobody is asked before it matters', () => {
    const endings = [null, likely!, unlikely!, unlikely!, unlikely!];
    expect(passedEnd(endings, () => 0.1)).toBeUndefined();
    const never = () => {
      throw new Error('asked');
    };
    expect(passedEnd([null, likely!], never)).toBeUndefined();
    expect(() => passedEnd(endings, never)).toThrow('asked');
  });
});
