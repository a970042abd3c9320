import { expect, test } from 'vitest';
import { Turnstile } from '../../../../src/engine/server/turnstile';

test('lets one through at a time, in order, also after one that failed', async () => {
  const turnstile = new Turnstile();
  const log: string[] = [];
  const task = (name: string, fails = false) =>
    turnstile.pass(async () => {
      log.push(`${name} in`);
      await new Promise((resolve) => setTimeout(resolve, 2));
      log.push(`${name} out`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([task('a'), task('b', true), task('c')]);
  expect(log).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('who is told to leave while waiting leaves at once, and never gets through', async () => {
  const turnstile = new Turnstile();
  let open = () => {};
  const first = turnstile.pass(() => new Promise<string>((resolve) => (open = () => resolve('a'))));
  const abort = new AbortController();
  let came = 0;
  const waiting = turnstile.pass(async () => ++came, abort.signal);
  const aborted = turnstile.pass(async () => ++came, AbortSignal.abort());
  const last = turnstile.pass(async () => 'c');
  abort.abort();
  expect(await Promise.all([waiting, aborted])).toEqual([undefined, undefined]);
  open();
  expect(await Promise.all([first, last])).toEqual(['a', 'c']);
  expect(came).toBe(0);
});
