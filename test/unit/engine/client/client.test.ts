import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, test, vi } from 'vitest';
import { EngineClient, EngineError } from '../../../../src/engine/client';
import type {
  LoadModelRequest,
  LoadStage,
  ModelStatus,
} from '../../../../src/engine/protocol/messages';
import { encodeAhead, loadModel } from '../../../../src/engine/protocol/requests';

interface Asked {
  readonly type: unknown;
  readonly signal?: AbortSignal;
  readonly answer: (status: ModelStatus) => void;
  readonly fail: (error: EngineError) => void;
}

const engine = vi.hoisted(() => ({
  asked: [] as Asked[],
  listeners: new Set<(stage: LoadStage) => void>(),
}));
vi.mock('../../../../src/engine/client/engineProcess', () => ({
  EngineProcess: class {
    alive = true;
    toldToEnd = false;
    exited = new Promise(() => {});
    requestPlain = async () => null;
    listenToLoading = (listener: (stage: LoadStage) => void) => {
      engine.listeners.add(listener);
      return () => engine.listeners.delete(listener);
    };
    request = (type: unknown, _params: unknown, signal?: AbortSignal) =>
      new Promise((answer, fail) => {
        engine.asked.push({ type, answer, fail, ...(signal && { signal }) });
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
  engine.listeners.clear();
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

test('who waits for a model hears what it takes its time for until it is there', async () => {
  const hears = vi.fn();
  const first = client.load(request('one'), undefined, hears);
  const second = client.load(request('one'), undefined, () => {});
  await vi.waitFor(() => expect(engine.listeners.size).toBe(2));
  expect(engine.listeners).toContain(hears);
  loads()[0]!.answer(statusOf('one'));
  await Promise.all([first, second]);
  expect(engine.listeners.size).toBe(0);
  await client.load(request('one'), undefined, hears);
  expect(engine.listeners.size).toBe(0);
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

test('a load is stopped once all who could tell that they do not wait for it have', async () => {
  const [one, other, late] = [new AbortController(), new AbortController(), new AbortController()];
  void client.load(request('one'), one.signal);
  void client.load(request('one'), other.signal);
  void client.load(request('one'));
  await vi.waitFor(() => expect(loads()).toHaveLength(1));
  const [{ signal }] = loads() as [Asked];
  one.abort();
  await nextTurn();
  expect(signal!.aborted).toBe(false);
  // A run that takes the place of another.
  other.abort();
  void client.load(request('one'), late.signal);
  await nextTurn();
  expect(signal!.aborted).toBe(false);
  late.abort();
  await nextTurn();
  expect(signal!.aborted).toBe(true);
});

test.each([
  ['', new AbortController().signal],
  [', also who could not stop it', undefined],
])(
  'whoever asks for a model whose load is being stopped gets it all the same%s',
  async (_, signal) => {
    const controller = new AbortController();
    const stopped = client.load(request('one'), controller.signal).catch((error) => error);
    await vi.waitFor(() => expect(loads()).toHaveLength(1));
    controller.abort();
    await nextTurn();
    const again = client.load(request('one'), signal);
    await nextTurn();
    expect(loads()).toHaveLength(1);
    loads()[0]!.fail(new EngineError('denoiserFailed', 'This operation was aborted'));
    await vi.waitFor(() => expect(loads()).toHaveLength(2));
    loads()[1]!.answer(statusOf('one'));
    expect(await again).toEqual(statusOf('one'));
    expect(await stopped).toMatchObject({ message: 'This operation was aborted' });
  },
);

test('whoever could not stop a load gets the model also where others did', async () => {
  const controller = new AbortController();
  void client.load(request('one'), controller.signal).catch(() => {});
  const without = client.load(request('one'));
  await vi.waitFor(() => expect(loads()).toHaveLength(1));
  controller.abort();
  await nextTurn();
  loads()[0]!.fail(new EngineError('denoiserFailed', 'This operation was aborted'));
  await vi.waitFor(() => expect(loads()).toHaveLength(2));
  loads()[1]!.answer(statusOf('one'));
  expect(await without).toEqual(statusOf('one'));
});
