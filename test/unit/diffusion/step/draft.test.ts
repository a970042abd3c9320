import { describe, expect, test } from 'vitest';
import {
  type AroundPlace,
  type DraftLength,
  draftTokens,
} from '../../../../src/diffusion/step/draft';

const first = (around: AroundPlace, length: DraftLength) => draftTokens(around, length)[0] ?? [];

const upTo = (most: number, due = 0) => ({ most, due });

describe('drafts', () => {
  test('what followed the last tokens where they stood before', () => {
    const before = [1, 2, 3, 4, 5, 6, 9, 1, 2, 3];
    expect(first({ before, after: [] }, upTo(3))).toEqual([4, 5, 6]);
    expect(first({ before, after: [] }, upTo(1))).toEqual([4]);
  });

  test('up to the place itself, where the run comes right before it', () => {
    expect(first({ before: [7, 7, 7], after: [] }, upTo(4))).toEqual([7]);
  });

  test('after the longest run that recurs, wherever it does', () => {
    const before = [2, 3, 8, 5, 1, 2, 3];
    expect(first({ before, after: [] }, upTo(1))).toEqual([8]);
    expect(first({ before, after: [1, 2, 3, 4] }, upTo(1))).toEqual([4]);
    // The whole text before may be that run.
    expect(first({ before: [1, 2], after: [2, 8, 1, 2, 9] }, upTo(1))).toEqual([9]);
  });

  test('from the nearest of several places before, else the first after', () => {
    expect(first({ before: [1, 2, 8, 1, 2, 9, 1, 2], after: [1, 2, 7] }, upTo(1))).toEqual([9]);
    expect(first({ before: [1, 2], after: [1, 2, 7, 1, 2, 6] }, upTo(1))).toEqual([7]);
  });

  test('fewer after a shorter run', () => {
    const before = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(first({ before: [...before, 1, 2, 3, 4], after: [] }, upTo(4))).toEqual([5, 6, 7, 8]);
    expect(first({ before: [...before, 2, 3], after: [] }, upTo(4))).toEqual([4, 5, 6]);
    expect(first({ before: [...before, 3], after: [] }, upTo(4))).toEqual([4, 5]);
    expect(first({ before: [0, 3], after: before }, upTo(1))).toEqual([4]);
  });

  test('as many as are due, continuing what is drafted', () => {
    const before = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(first({ before: [...before, 3], after: [] }, upTo(4, 4))).toEqual([4, 5, 6, 7]);
    expect(first({ before: [...before, 8], after: [] }, upTo(4, 4))).toEqual([9, 8, 9, 8]);
    expect(first({ before: [...before, 8], after: [] }, upTo(3, 3))).toEqual([9, 8, 9]);
    expect(first({ before: [1, 2, 3], after: [3, 4] }, upTo(4, 4))).toEqual([4]);
  });

  test('nothing where nothing recurs, nothing follows, or nothing is wanted', () => {
    expect(first({ before: [1, 2, 3], after: [4, 5] }, upTo(4))).toEqual([]);
    expect(first({ before: [1, 2], after: [0, 1, 2] }, upTo(4))).toEqual([]);
    expect(first({ before: [], after: [] }, upTo(4))).toEqual([]);
    expect(draftTokens({ before: [1, 2, 3, 1, 2], after: [] }, upTo(0))).toEqual([]);
  });

  test('several that differ, the best first', () => {
    const around = { before: [1, 2, 8, 1, 2, 9, 1, 2, 8, 2, 7, 1, 2], after: [1, 2, 6] };
    expect(draftTokens(around, upTo(1), 9)).toEqual([[8], [9], [6], [7]]);
    expect(draftTokens(around, upTo(1), 2)).toEqual([[8], [9]]);
    expect(draftTokens({ before: [1, 2], after: [] }, upTo(1), 9)).toEqual([]);
    const parting = { before: [1, 2, 8, 5, 1, 2, 8, 6, 1, 2], after: [] };
    expect(draftTokens(parting, upTo(2), 9)).toEqual([
      [8, 6],
      [8, 5],
    ]);
  });

  test('several from different places, and not one place at several lengths', () => {
    const once = [1, 2, 3, 4, 50, 51, 52, 53, 9, 1, 2, 3, 4];
    expect(draftTokens({ before: once, after: [] }, upTo(4, 1), 4)).toEqual([[50, 51, 52, 53]]);
    const twice = [3, 4, 80, 81, 82, 83, ...once];
    expect(draftTokens({ before: twice, after: [4, 70] }, upTo(4, 2), 4)).toEqual([
      [50, 51, 52, 53],
      [80, 81, 82],
      [70],
    ]);
  });
});
