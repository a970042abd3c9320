import { expect, test } from 'vitest';
import { ContextCache, type Wanted } from '../../../../src/denoiser/context/contextCache';
import type { ContextLayout } from '../../../../src/denoiser/context/contextLayout';
import type { EncodedContext } from '../../../../src/denoiser/context/encodedContext';

const layout = (...ids: number[]) => ({ ids, positions: ids.map((_, i) => i), spanStarts: [0] });

/** Puts a context into the cache, encoded to its end. */
const keep = (
  cache: ContextCache,
  place: ContextLayout,
  encoded: EncodedContext,
  wanted?: Wanted,
) => cache.set(place, { encoded, count: place.ids.length }, wanted);

/** A context of so many bytes, half of them in each of two tensors. */
function context(bytes: number) {
  const state = { disposed: 0 };
  const tensor = (type: string, size: number) => ({ type, size, dispose: () => state.disposed++ });
  const tensors = {
    'cache.k': tensor('float32', bytes / 8),
    'cache.v': tensor('float16', bytes / 4),
  };
  return { state, encoded: tensors as unknown as EncodedContext };
}

test('returns what was put in for the same ids and positions only', () => {
  const cache = new ContextCache(100);
  const { encoded } = context(8);
  keep(cache, layout(1, 2), encoded);
  expect(cache.get(layout(1, 2))).toBe(encoded);
  expect(cache.get(layout(12))).toBeUndefined();
  expect(cache.get({ ...layout(1, 2), positions: [0, 65] })).toBeUndefined();
});

test('finds the context with which another one shares its longest beginning', () => {
  const cache = new ContextCache(100);
  const counted = Array.from({ length: 200 }, (_, i) => i);
  const [short, long] = [context(8), context(8)];
  keep(cache, layout(...counted.slice(0, 80)), short.encoded);
  keep(cache, layout(...counted.slice(0, 120), -1), long.encoded);
  expect(cache.beginningOf(layout(...counted))).toEqual({ encoded: long.encoded, count: 112 });
  expect(cache.beginningOf(layout(...counted.slice(100)))).toBeUndefined();
});

test('makes room without the context that is about to be continued', () => {
  const cache = new ContextCache(64);
  const [oldest, newer] = [context(32), context(32)];
  keep(cache, layout(1, 2), oldest.encoded);
  keep(cache, layout(3, 4), newer.encoded);
  expect(cache.makeRoomFor(layout(1, 5), oldest.encoded)).toBe(true);
  expect(cache.get(layout(1, 2))).toBe(oldest.encoded);
  expect(newer.state.disposed).toBe(2);
});

test('the number of spans that begin at a place is not the context’s business', () => {
  const cache = new ContextCache(100);
  const { encoded } = context(8);
  keep(cache, layout(1, 2), encoded);
  expect(cache.get({ ...layout(1, 2), spanStarts: [1] })).toBe(encoded);
});

test('drops and releases the ones not used for longest until the rest fits', () => {
  const cache = new ContextCache(64);
  const [a, b, c, d] = [context(16), context(16), context(32), context(40)];
  keep(cache, layout(1), a.encoded);
  keep(cache, layout(2), b.encoded);
  keep(cache, layout(3), c.encoded);
  expect([cache.size, cache.bytes]).toEqual([3, 64]);
  cache.get(layout(1));
  keep(cache, layout(4), d.encoded);
  expect(cache.get(layout(2))).toBeUndefined();
  expect(cache.get(layout(3))).toBeUndefined();
  expect(cache.get(layout(1))).toBe(a.encoded);
  expect([cache.size, cache.bytes]).toEqual([2, 56]);
  expect([a, b, c, d].map(({ state }) => state.disposed)).toEqual([0, 2, 2, 0]);
});

test('keeps the newest, which a run is about to read, however large it is', () => {
  const cache = new ContextCache(10);
  const [a, b] = [context(16), context(24)];
  keep(cache, layout(1), a.encoded);
  expect(cache.get(layout(1))).toBe(a.encoded);
  keep(cache, layout(2), b.encoded);
  expect([cache.size, cache.bytes]).toEqual([1, 24]);
  expect([a, b].map(({ state }) => state.disposed)).toEqual([2, 0]);
});

test('makes room for a context before it is encoded, by what those before took for a token', () => {
  const cache = new ContextCache(64);
  const [a, b] = [context(32), context(16)];
  keep(cache, layout(1, 2), a.encoded);
  keep(cache, layout(3), b.encoded);
  expect(cache.makeRoomFor(layout(4))).toBe(false);
  expect(cache.makeRoomFor(layout(4, 5))).toBe(true);
  expect([a, b].map(({ state }) => state.disposed)).toEqual([2, 0]);
  expect([cache.size, cache.bytes]).toEqual([1, 16]);
});

test('can hold what fits the budget alone, by what those before took for a token', () => {
  const cache = new ContextCache(64);
  expect(cache.canHold(layout(1, 2, 3, 4, 5))).toBe(true);
  keep(cache, layout(1, 2), context(32).encoded);
  expect(cache.canHold(layout(1, 2, 3, 4))).toBe(true);
  expect(cache.canHold(layout(1, 2, 3, 4, 5))).toBe(false);
});

test('makes room by letting everything go where one context alone is larger than the budget', () => {
  const cache = new ContextCache(10);
  const a = context(16);
  expect(cache.makeRoomFor(layout(1))).toBe(false);
  keep(cache, layout(1), a.encoded);
  expect(cache.makeRoomFor(layout(2))).toBe(true);
  expect([cache.size, cache.bytes, a.state.disposed]).toEqual([0, 0, 2]);
});

test('releases everything when cleared', () => {
  const cache = new ContextCache(100);
  const a = context(16);
  keep(cache, layout(1), a.encoded);
  cache.clear();
  expect(a.state.disposed).toBe(2);
  expect(cache.bytes).toBe(0);
  expect(cache.get(layout(1))).toBeUndefined();
});

test('a context that may be wanted later is the first to go, until it was wanted', () => {
  const cache = new ContextCache(64);
  const [used, ahead, next] = [context(32), context(32), context(32)];
  keep(cache, layout(1), used.encoded);
  keep(cache, layout(2), ahead.encoded, 'later');
  expect(cache.get(layout(2), 'later')).toBe(ahead.encoded);
  cache.makeRoomFor(layout(3));
  keep(cache, layout(3), next.encoded, 'later');
  expect([used, ahead, next].map(({ state }) => state.disposed)).toEqual([0, 2, 0]);
  cache.get(layout(3));
  keep(cache, layout(4), context(32).encoded);
  expect([used, next].map(({ state }) => state.disposed)).toEqual([2, 0]);
});

test('a context that is encoded in part is there for who goes on with it, and as a beginning', () => {
  const cache = new ContextCache(100);
  const counted = Array.from({ length: 200 }, (_, i) => i);
  const { encoded } = context(8);
  cache.set(layout(...counted), { encoded, count: 128 });
  expect(cache.get(layout(...counted))).toBeUndefined();
  expect(cache.beginningOf(layout(...counted, 200))).toEqual({ encoded, count: 128 });
  expect(cache.take(layout(...counted))).toMatchObject({ encoded, count: 128 });
  expect([cache.size, cache.bytes]).toEqual([0, 0]);
  keep(cache, layout(...counted), encoded);
  expect(cache.take(layout(...counted))).toBeUndefined();
});
