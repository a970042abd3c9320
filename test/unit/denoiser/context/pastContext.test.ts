import { expect, test } from 'vitest';
import { sharedTokens } from '../../../../src/denoiser/context/pastContext';

/** A context of these tokens, with a span of 64 positions after so many of them. */
const context = (ids: readonly number[], before = ids.length) => ({
  ids,
  positions: ids.map((_, i) => (i < before ? i : i + 64)),
  spanStarts: [before],
});
const counted = (length: number) => Array.from({ length }, (_, i) => i);

test('the beginning that two contexts have in common, in whole sixteens', () => {
  const changed = [...counted(100), -1, ...counted(100)];
  expect(sharedTokens(context(counted(200)), context(changed))).toBe(96);
  expect(sharedTokens(context(counted(112)), context(counted(200)))).toBe(112);
});

test('ends where the positions part', () => {
  expect(sharedTokens(context(counted(200), 130), context(counted(200), 180))).toBe(128);
});

test('leaves some tokens to encode', () => {
  expect(sharedTokens(context(counted(200)), context(counted(160)))).toBe(144);
  expect(sharedTokens(context(counted(200)), context(counted(159)))).toBe(128);
});

test('is not worth it when it is short', () => {
  expect(sharedTokens(context(counted(200)), context([...counted(64), -1, ...counted(40)]))).toBe(
    64,
  );
  expect(sharedTokens(context(counted(200)), context([...counted(63), -1, ...counted(40)]))).toBe(
    0,
  );
  expect(sharedTokens(context([]), context(counted(40)))).toBe(0);
  expect(sharedTokens(context(counted(40)), context([]))).toBe(0);
});
