import { expect, test } from 'vitest';
import { unlessAborted } from '../../../../src/engine/client/unlessAborted';

test('waits for the promise', async () => {
  expect(await unlessAborted(Promise.resolve(1), undefined)).toBe(1);
  expect(await unlessAborted(Promise.resolve(1), new AbortController().signal)).toBe(1);
});

test('gives up at once when aborted, and takes a later failure in silence', async () => {
  const controller = new AbortController();
  let fail: (error: Error) => void = () => {};
  const slow = new Promise<number>((_, reject) => {
    fail = reject;
  });
  const waiting = unlessAborted(slow, controller.signal);
  controller.abort();
  expect(await waiting).toBeUndefined();
  fail(new Error('too late'));
  expect(await unlessAborted(new Promise(() => {}), AbortSignal.abort())).toBeUndefined();
});

test('passes a failure on', async () => {
  const failing = Promise.reject(new Error('no'));
  await expect(unlessAborted(failing, new AbortController().signal)).rejects.toThrow('no');
});
