import { expect, test } from 'vitest';
import { ContextCache } from '../../../src/denoiser/contextCache';
import type { EncodedContext } from '../../../src/denoiser/encodedContext';

const layout = (...ids: number[]) => ({ ids, positions: ids.map((_, i) => i), spanStarts: [0] });

function context() {
  const state = { disposed: false };
  const tensor = { dispose: () => (state.disposed = true) };
  return { state, encoded: { 'cache.key': tensor } as unknown as EncodedContext };
}

test('returns what was put in for the same ids and positions only', () => {
  const cache = new ContextCache(2);
  const { encoded } = context();
  cache.set(layout(1, 2), encoded);
  expect(cache.get(layout(1, 2))).toBe(encoded);
  expect(cache.get(layout(12))).toBeUndefined();
  expect(cache.get({ ...layout(1, 2), positions: [0, 65] })).toBeUndefined();
});

test('drops and releases the one not used for longest', () => {
  const cache = new ContextCache(2);
  const [a, b, c] = [context(), context(), context()];
  cache.set(layout(1), a.encoded);
  cache.set(layout(2), b.encoded);
  cache.get(layout(1));
  cache.set(layout(3), c.encoded);
  expect(cache.get(layout(2))).toBeUndefined();
  expect(cache.get(layout(1))).toBe(a.encoded);
  expect([a, b, c].map(({ state }) => state.disposed)).toEqual([false, true, false]);
});

test('releases everything when cleared', () => {
  const cache = new ContextCache(2);
  const a = context();
  cache.set(layout(1), a.encoded);
  cache.clear();
  expect(a.state.disposed).toBe(true);
  expect(cache.get(layout(1))).toBeUndefined();
});
