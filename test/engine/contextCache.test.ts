import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { defaultLength } from '../../src/diffusion/length/settings';
import { defaultSearch } from '../../src/diffusion/search/settings';
import { presetNamed } from '../../src/diffusion/settings/presets';
import type { FillRequest } from '../../src/engine/protocol/messages';
import { tinyAdaptedModel, tinyModel } from '../tinyModels';
import { fillRequest, loadTiny, startClient } from './engineUnderTest';

vi.setConfig({ testTimeout: 60_000 });

let client: Awaited<ReturnType<typeof startClient>>;
beforeAll(async () => {
  client = await startClient();
  await client.load(loadTiny());
});
afterAll(() => client.dispose());

const cache = async () => (await client.status())!.contextCache!;

/** The fill's timings, and how many contexts were encoded for it. */
async function fillAndCount(change: Partial<FillRequest>) {
  const before = (await cache()).encodes;
  const { outcome, timings } = await client.fill(fillRequest(change));
  expect(outcome.kind).toBe('finished');
  return { timings, encodes: (await cache()).encodes - before };
}

const { sampler } = fillRequest();

test.each<[string, Partial<FillRequest>]>([
  ['another seed', { seed: 8 }],
  ['another number of slots', { spans: [{ text: '', slots: 23 }] }],
  ['an automatic number of slots, grown as needed', { spans: [{ text: 'a + b', slots: 'auto' }] }],
  ['other knobs', { sampler: { ...sampler, steps: 3, temperature: 0 } }],
  ['another preset', { sampler: { ...presetNamed('WINO')!.sampler, steps: 8 } }],
  ['several candidates', { search: { ...defaultSearch, candidates: 4 } }],
  [
    'a decided length',
    {
      length: { ...defaultLength, rule: 'quantile', quantile: 0.5 },
      spans: [{ text: '', slots: 'auto' }],
    },
  ],
  [
    'a rewrite',
    { mode: { kind: 'rewrite', strength: 0.5 }, spans: [{ text: 'a + b', slots: 12 }] },
  ],
])('a run with %s encodes nothing', async (_, change) => {
  await client.fill(fillRequest());
  const { encodes, timings } = await fillAndCount(change);
  expect(encodes).toBe(0);
  expect(timings).toMatchObject({ contextCached: true, encodeMs: 0 });
});

test('a run with another context encodes it once, however many candidates and passes it takes', async () => {
  const { encodes, timings } = await fillAndCount({
    context: ['const answer = ', ';\n'],
    spans: [{ text: '', slots: 'auto' }],
    search: { ...defaultSearch, candidates: 4 },
  });
  expect(encodes).toBe(1);
  expect(timings.contextCached).toBe(false);
  expect(timings.encodeMs).toBeGreaterThan(0);
});

test('the budget in megabytes holds, and the newest context stays', async () => {
  const contexts = ['a', 'b', 'c'].map((name) => [`const ${name} = `.repeat(40), ';\n']);
  await client.load(loadTiny({ contextCacheMegabytes: 0 }));
  for (const context of contexts) await client.fill(fillRequest({ context }));
  const small = await cache();
  expect(small).toMatchObject({ contexts: 1, encodes: 3 });
  expect((await fillAndCount({ context: contexts[2]! })).encodes).toBe(0);
  expect((await fillAndCount({ context: contexts[0]! })).encodes).toBe(1);

  await client.load(loadTiny({ contextCacheMegabytes: 64 }));
  for (const context of contexts) await client.fill(fillRequest({ context }));
  const large = await cache();
  expect(large.contexts).toBe(3);
  expect(large.bytes).toBeGreaterThan(2 * small.bytes);
  expect((await fillAndCount({ context: contexts[0]! })).encodes).toBe(0);
});

test('a context counts for one model only', async () => {
  const adapted = loadTiny({ folder: tinyAdaptedModel });
  await client.load(loadTiny());
  await client.fill(fillRequest());
  await client.load(adapted);
  expect(await fillAndCount({})).toMatchObject({ encodes: 1, timings: { contextCached: false } });
});

describe('encoding ahead', () => {
  const adapted = loadTiny({ folder: tinyAdaptedModel });
  const { language, context, startsDocument, endsDocument } = fillRequest();
  const here = { language, context, startsDocument, endsDocument };
  const ahead = (change: Partial<typeof here> = {}, signal = new AbortController().signal) =>
    client.encodeAhead(adapted, { ...here, ...change }, signal);

  test('has a context there for a fill, with whatever line ends', async () => {
    await client.load(adapted);
    const lines = ['function f() {\n  return ', ';\n}\n'];
    await ahead({ context: lines.map((text) => text.replaceAll('\n', '\r\n')) });
    expect((await fillAndCount({ context: lines })).encodes).toBe(0);
    const { encodes } = await cache();
    await ahead({ context: lines });
    expect((await cache()).encodes).toBe(encodes);
  });

  test('is called off while it waits for its turn', async () => {
    await client.load(adapted);
    const later = ['let later = ', ';\n'];
    const controller = new AbortController();
    let waiting: Promise<void> | undefined;
    const long = { ...sampler, steps: 64, parallel: { rule: 'fixed' } } as const;
    await client.fill(fillRequest({ spans: [{ text: '', slots: 64 }], sampler: long }), {
      onFrame: ({ kind }) => {
        if (kind === 'started') waiting = ahead({ context: later }, controller.signal);
        else controller.abort();
      },
    });
    await waiting;
    expect(waiting).toBeDefined();
    expect((await fillAndCount({ context: later })).encodes).toBe(1);
  });

  test('starts no engine, and has no other model than the one loaded', async () => {
    const idle = await startClient();
    await idle.encodeAhead(adapted, here, new AbortController().signal);
    expect(await idle.status()).toBeNull();
    await idle.dispose();

    await client.load(adapted);
    const { signal } = new AbortController();
    const context = { ...here, context: ['let other = ', ''] };
    const { encodes } = await cache();
    await client.encodeAhead(loadTiny({ folder: tinyModel }), context, signal);
    expect((await cache()).encodes).toBe(encodes);
    await client.encodeAhead(adapted, context, signal);
    expect((await cache()).encodes).toBe(encodes + 1);
  });

  test('does not fill a cache that holds no more than the last context', async () => {
    const none = { ...adapted, contextCacheMegabytes: 0 };
    await client.load(none);
    await client.fill(fillRequest());
    await client.encodeAhead(
      none,
      { ...here, context: ['let a = ', ''] },
      new AbortController().signal,
    );
    expect((await fillAndCount({})).encodes).toBe(0);
  });
});
