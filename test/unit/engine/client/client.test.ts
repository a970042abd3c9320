import { beforeEach, expect, test, vi } from 'vitest';
import { EngineClient } from '../../../../src/engine/client';
import type { LoadModelRequest, ModelStatus } from '../../../../src/engine/protocol/messages';
import { encodeAhead, loadModel } from '../../../../src/engine/protocol/requests';

interface Asked {
  readonly type: unknown;
  readonly signal?: AbortSignal;
  readonly answer: (status: ModelStatus) => void;
}

const engine = vi.hoisted(() => ({ asked: [] as Asked[] }));
vi.mock('../../../../src/engine/client/engineProcess', () => ({
  EngineProcess: class {
    alive = true;
    toldToEnd = false;
    exited = new Promise(() => {});
    request = (type: unknown, _params: unknown, signal?: AbortSignal) =>
      new Promise((answer) => {
        engine.asked.push({ type, answer, ...(signal && { signal }) });
        // Loads are answered by the tests.
        if (type === encodeAhead) answer(null);
      });
  },
}));

const request = (folder: string): LoadModelRequest => ({
  folder,
  executionProvider: 'cpu',
  threads: 1,
  contextCacheMegabytes: 0,
  measuredSince: 0,
});
const statusOf = (name: string) => ({ name }) as ModelStatus;
const loads = () => engine.asked.filter(({ type }) => type === loadModel);

let client: EngineClient;
const loaded = vi.fn<(model: ModelStatus) => void>();
beforeEach(() => {
  engine.asked = [];
  loaded.mockClear();
  client = new EngineClient({ entry: import.meta.filename, log: () => {}, loaded, storage: '' });
});

test('a model that was there before its load could be stopped is not told as the one that was asked for since', async () => {
  const first = client.load(request('one'));
  await vi.waitFor(() => expect(loads()).toHaveLength(1));
  const second = client.load(request('other'));
  await vi.waitFor(() => expect(loads()).toHaveLength(2));
  const [one, other] = loads();
  expect(one!.signal?.aborted).toBe(true);
  one!.answer(statusOf('one'));
  other!.answer(statusOf('other'));
  expect(await second).toEqual(statusOf('other'));
  expect(await first).toEqual(statusOf('other'));
  expect(loaded.mock.calls).toEqual([[statusOf('other')], [statusOf('other')]]);
});

test('of the model that is there it is told whoever has asked for it, also once more', async () => {
  const first = client.load(request('one'));
  await vi.waitFor(() => expect(loads()).toHaveLength(1));
  loads()[0]!.answer(statusOf('one'));
  await first;
  await client.load(request('one'));
  expect(loaded.mock.calls).toEqual([[statusOf('one')], [statusOf('one')]]);
  expect(loads()).toHaveLength(1);
});

test('nothing is encoded ahead where another model is asked for while that one is loaded', async () => {
  const first = client.load(request('one'));
  await vi.waitFor(() => expect(loads()).toHaveLength(1));
  const context = { language: null, context: ['', ''], startsDocument: true, endsDocument: true };
  const ahead = client.encodeAhead(request('one'), context, new AbortController().signal);
  void client.load(request('other'));
  await vi.waitFor(() => expect(loads()).toHaveLength(2));
  for (const { answer } of loads()) answer(statusOf('any'));
  await ahead;
  await first;
  expect(engine.asked.some(({ type }) => type === encodeAhead)).toBe(false);
});
