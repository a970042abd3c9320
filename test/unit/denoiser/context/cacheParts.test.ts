import type { InferenceSession } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { cacheParts, copyTokens, emptyContext } from '../../../../src/denoiser/context/cacheParts';

const output = (name: string, shape: (number | string)[], type = 'float32') => ({
  isTensor: true,
  name,
  type,
  shape,
});
const session = (inputNames: string[], ...outputMetadata: ReturnType<typeof output>[]) =>
  cacheParts({ inputNames, outputMetadata } as unknown as InferenceSession, [
    'cache.key.0',
    'cache.token',
  ]);

const keys = output('cache.key.0', [1, 2, '3 + P', 'N']);
const ids = output('cache.token', [1, 'N'], 'int64');

/** Two pieces of three and of two tokens. */
const layout = { ids: [5, 6, 7, 8, 9], positions: [0, 1, 2, 9, 10], spanStarts: [3] };

describe('an encode graph', () => {
  test('that gives out new tokens alone has its cache put together', () => {
    expect(session(['past.count'], keys, ids)).toEqual([
      { name: 'cache.key.0', type: 'float32', shape: [1, 2, '3 + P', 'N'], axis: 3 },
      { name: 'cache.token', type: 'int64', shape: [1, 'N'], axis: 1 },
    ]);
  });

  test('may give out what the step graph does not read', () => {
    const other = output('cache.other', [1, 'M + N']);
    expect(session(['past.count'], keys, other, ids)).toEqual(session(['past.count'], keys, ids));
  });

  test('that gives out the whole, or cannot go on, has not', () => {
    const whole = output('cache.token', [1, 'M + N'], 'int64');
    expect(session(['past.count'], whole)).toBeUndefined();
    expect(session(['context_ids'], ids)).toBeUndefined();
  });
});

test('room for a context has a row for each of its pieces, and is empty', async () => {
  const context = await emptyContext(session(['past.count'], keys, ids)!, layout);
  expect(context['cache.key.0']!.dims).toEqual([1, 2, 5, 5]);
  expect(context['cache.token']!.dims).toEqual([1, 5]);
  expect(new Set(context['cache.key.0']!.data as Float32Array)).toEqual(new Set([0]));
});

test('numbers that belong to one token stay together', async () => {
  const parts = session(['past.count'], output('cache.key.0', [2, 'N', 2]))!;
  const [whole, from] = await Promise.all([
    emptyContext(parts, layout),
    emptyContext(parts, { ...layout, ids: [5, 6], positions: [0, 1] }),
  ]);
  (from['cache.key.0']!.data as Float32Array).set([1, 2, 3, 4, 5, 6, 7, 8]);
  copyTokens(parts, from, 2, whole, 1);
  expect([...(whole['cache.key.0']!.data as Float32Array)]).toEqual([
    ...[0, 0, 1, 2, 3, 4, 0, 0, 0, 0],
    ...[0, 0, 5, 6, 7, 8, 0, 0, 0, 0],
  ]);
});

test('a beginning is put in its place, whatever room either has', async () => {
  const parts = session(['past.count'], keys, ids)!;
  const whole = await emptyContext(parts, layout);
  const beginning = { ...layout, ids: [5, 6], positions: [0, 1] };
  const from = await emptyContext(parts, beginning);
  (from['cache.token']!.data as BigInt64Array).set([5n, 6n]);
  // Of a row for each of three channels and one piece, in both groups.
  (from['cache.key.0']!.data as Float32Array).set(Array.from({ length: 16 }, (_, i) => i + 1));
  copyTokens(parts, from, 2, whole, 1);
  expect([...(whole['cache.token']!.data as BigInt64Array)]).toEqual([0n, 5n, 6n, 0n, 0n]);
  const row = (group: number, channel: number) => {
    const start = (group * 5 + channel) * 5;
    return [...(whole['cache.key.0']!.data as Float32Array).slice(start, start + 5)];
  };
  expect(row(0, 0)).toEqual([0, 1, 2, 0, 0]);
  expect(row(0, 3)).toEqual([0, 7, 8, 0, 0]);
  expect(row(0, 4)).toEqual([0, 0, 0, 0, 0]);
  expect(row(1, 0)).toEqual([0, 9, 10, 0, 0]);
  expect(row(1, 3)).toEqual([0, 15, 16, 0, 0]);
});
