import { expect, test } from 'vitest';
import { Turnstile } from '../../../src/engine/server/turnstile';

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
