import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type EngineClient, EngineError } from '../../src/engine/client';
import type { FillRequest } from '../../src/engine/protocol/messages';
import { copyOfModel, engineBundle, fillRequest, loadTiny, startClient } from './engineUnderTest';

let client: Awaited<ReturnType<typeof startClient>>;
// Not every test makes one.
afterEach(() => client?.dispose());

/** Every test starts processes, which takes its time on a busy machine. */
vi.setConfig({ testTimeout: 60_000 });

/** Many steps, so that something can happen to it meanwhile. */
const longFill = (change: Partial<FillRequest> = {}) =>
  fillRequest({
    spans: [{ text: '', slots: 64 }],
    sampler: {
      ...fillRequest().sampler,
      steps: 1024,
      parallel: { rule: 'ancestral' },
      remask: { remasker: 'remdm-rescale', eta: 0.5 },
    },
    ...change,
  });

/** Fills, and does something once the first steps have come. */
async function fillAnd(act: (steps: number) => unknown, signal?: AbortSignal) {
  let steps = 0;
  let acted = false;
  const result = await client.fill(longFill(), {
    ...(signal && { signal }),
    onFrame: (frame) => {
      if (frame.kind === 'steps') steps += frame.steps.length;
      if (steps > 0 && !acted) {
        acted = true;
        act(steps);
      }
    },
  });
  return { result, steps };
}

const pidOf = async (engine: EngineClient) => (await engine.status())!.pid;

const endings = () => client.lines.filter((line) => line.includes('process ended'));

/** Kills the engine, and waits until the client has seen it. */
async function crash(): Promise<void> {
  const before = endings().length;
  process.kill(await pidOf(client), 'SIGKILL');
  await vi.waitFor(() => expect(endings()).toHaveLength(before + 1), 10_000);
}

describe('stopping', () => {
  test('ends a run soon, and the engine goes on', async () => {
    client = await startClient();
    await client.load(loadTiny());
    const controller = new AbortController();
    const { result, steps } = await fillAnd(() => controller.abort(), controller.signal);
    expect(result.outcome).toEqual({ kind: 'stopped' });
    expect(steps).toBeLessThan(512);
    expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
  });

  test('before the start keeps a run from denoising', async () => {
    client = await startClient();
    await client.load(loadTiny());
    const frames: unknown[] = [];
    const result = await client.fill(longFill(), {
      signal: AbortSignal.abort(),
      onFrame: (frame) => frames.push(frame),
    });
    expect(result.outcome).toEqual({ kind: 'stopped' });
    expect(frames).toHaveLength(0);
  });
});

describe('a crash', () => {
  test('mid-run is reported, and the next fill starts another process with the model', async () => {
    client = await startClient();
    await client.load(loadTiny());
    const first = await pidOf(client);

    const error = await fillAnd(() => process.kill(first, 'SIGKILL')).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ kind: 'crashed' });
    expect(error.message).toBe(
      'The engine ended unexpectedly (signal SIGKILL). Your file was not changed. ' +
        'The next run starts it anew.',
    );
    expect(endings()).toEqual(['The engine process ended (signal SIGKILL).']);
    expect(await client.status()).toBeNull();

    expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
    expect(await pidOf(client)).not.toBe(first);
  });

  test('between runs goes unnoticed by the next fill', async () => {
    client = await startClient();
    await client.load(loadTiny());
    await crash();
    expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
  });

  test('a second time in a row makes the restart wait', async () => {
    client = await startClient();
    await client.load(loadTiny());
    await crash();
    await client.load(loadTiny());
    await crash();
    const started = performance.now();
    await client.load(loadTiny());
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(client.lines.join('\n')).toMatch(/crashed 2 times in a row; restarting in 1000 ms/);
  });

  test('after which a restart waits keeps nobody who disposes of the client', async () => {
    client = await startClient();
    for (let time = 0; time < 2; time++) {
      await client.load(loadTiny());
      await crash();
    }
    const loaded = client.load(loadTiny()).catch((error) => error);
    await vi.waitFor(() => expect(client.lines.at(-1)).toMatch(/restarting in 1000 ms/));
    const disposed = performance.now();
    await client.dispose();
    expect(await loaded).toMatchObject({ kind: 'disposed' });
    expect(performance.now() - disposed).toBeLessThan(500);
  });
});

test('a fill that is stopped while it waits for another is answered at once', async () => {
  client = await startClient();
  await client.load(loadTiny());
  const abort = new AbortController();
  const order: string[] = [];
  await fillAnd(async () => {
    const waiting = client.fill(fillRequest(), { signal: abort.signal });
    abort.abort();
    expect((await waiting).outcome.kind).toBe('stopped');
    order.push('stopped');
  }).then(() => order.push('finished'));
  expect(order).toEqual(['stopped', 'finished']);
});

test('a fill asked for during a restart is of the new process', async () => {
  client = await startClient();
  await client.load(loadTiny());
  const first = await pidOf(client);
  const ended = client.restart();
  expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
  await ended;
  expect(await pidOf(client)).not.toBe(first);
});

describe.skipIf(process.platform === 'win32')('an engine that hangs while it loads a model', () => {
  /** Loads, and has the engine hang before it can. */
  async function hangingLoad(signal?: AbortSignal) {
    client = await startClient();
    await client.load(loadTiny());
    const pid = await pidOf(client);
    process.kill(pid, 'SIGSTOP');
    const loaded = client.load(loadTiny({ threads: 2 }), signal).catch((error) => error);
    return { pid, loaded };
  }

  /** What the engine is given to stop in. */
  async function passPatience(): Promise<void> {
    await nextTurn();
    await nextTurn();
    vi.advanceTimersByTime(15_000);
  }

  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  test('is ended once nobody waits for the model, and another one has it for whoever asks again', async () => {
    const controller = new AbortController();
    const { pid, loaded } = await hangingLoad(controller.signal);
    await passPatience();
    expect(client.lines.join('\n')).not.toContain('hangs');
    controller.abort();
    await nextTurn();
    const again = client.load(loadTiny({ threads: 2 }), new AbortController().signal);
    await passPatience();
    expect(await loaded).toMatchObject({
      kind: 'hung',
      message:
        'The engine hung and was ended. Your file was not changed. The next run starts it anew.',
    });
    expect(client.lines).toContain('The engine hangs: its process is ended by force.');
    expect(await again).toMatchObject({ executionProvider: 'cpu' });
    expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
    expect(await pidOf(client)).not.toBe(pid);
  });

  test('is ended when another model is asked for, which another one has then', async () => {
    const { loaded } = await hangingLoad();
    const other = client.load(loadTiny());
    await passPatience();
    const status = await other;
    expect(status).toMatchObject({ executionProvider: 'cpu' });
    expect(await loaded).toEqual(status);
  });
});

describe('an engine that is not used', () => {
  test('ends, and the next fill starts another with its model', async () => {
    client = await startClient({ idleMs: () => 1 });
    await client.load(loadTiny());
    await vi.waitFor(() => expect(endings()).toHaveLength(1), 10_000);
    expect(await client.status()).toBeNull();
    const { outcome } = await client.fill(fillRequest());
    expect(outcome.kind).toBe('finished');
    expect(client.lines.filter((line) => line.includes('crashed'))).toEqual([]);
  });

  test('ends also where that is wanted only since its last use', async () => {
    let idleMs: number | undefined;
    client = await startClient({ idleMs: () => idleMs });
    await client.load(loadTiny());
    idleMs = 1;
    client.idleAgain();
    await vi.waitFor(() => expect(endings()).toHaveLength(1), 10_000);
  });

  test('is kept for as long as a fill takes', async () => {
    client = await startClient({ idleMs: () => 1 });
    const loaded = client.load(loadTiny());
    const { result } = await fillAnd(() => expect(endings()).toEqual([]));
    await loaded;
    expect(result.outcome.kind).toBe('finished');
  });

  test('is not kept by contexts that are encoded ahead', async () => {
    client = await startClient({ idleMs: () => 500 });
    await client.load(loadTiny());
    const { language, context, startsDocument, endsDocument } = fillRequest();
    const ahead = { language, context, startsDocument, endsDocument };
    await vi.waitFor(
      async () => {
        const { signal } = new AbortController();
        await client.encodeAhead(loadTiny(), ahead, signal).catch(() => {});
        expect(endings()).toHaveLength(1);
      },
      { timeout: 10_000, interval: 50 },
    );
  });
});

test('two fills at once go one after the other', async () => {
  client = await startClient();
  await client.load(loadTiny());
  const order: string[] = [];
  const onFrame = (frame: { run: string }) => {
    if (order.at(-1) !== frame.run) order.push(frame.run);
  };
  await Promise.all([
    client.fill(fillRequest({ run: 'first' }), { onFrame }),
    client.fill(fillRequest({ run: 'second' }), { onFrame }),
  ]);
  expect(order).toEqual(['first', 'second']);
});

test('the signal that a run can be stopped by is not kept after it', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  client = await startClient();
  await client.load(loadTiny());
  const run = async (): Promise<WeakRef<AbortSignal>> => {
    const { signal } = new AbortController();
    await client.fill(fillRequest(), { signal });
    return new WeakRef(signal);
  };
  const signals = [await run(), await run(), await run()];
  await expect
    .poll(() => {
      collectGarbage();
      return signals.filter((each) => each.deref()).length;
    })
    .toBe(0);
});

test('loads and fills asked for at once share one process', async () => {
  client = await startClient();
  const [a, b] = await Promise.all([client.load(loadTiny()), client.load(loadTiny())]);
  expect(b).toBe(a);
  expect(client.lines.filter((line) => line.includes('started'))).toHaveLength(1);
});

test('a model that has been made anew in its folder is loaded anew, by the next load', async () => {
  client = await startClient();
  const { folder, remove } = await copyOfModel();
  onTestFinished(remove);
  await client.load(loadTiny({ folder }));
  const file = path.join(folder, 'model.json');
  const manifest = await readFile(file, 'utf8');
  await writeFile(file, manifest.replace('"version": "0.1.0"', '"version": "0.2.0"'));
  await utimes(file, new Date(), new Date(Date.now() + 5000));
  expect(await client.load(loadTiny({ folder }))).toMatchObject({ version: '0.2.0' });
});

test('the process ends when whoever started it is gone', async () => {
  const child = fork(engineBundle(), { stdio: 'ignore' });
  const exited = once(child, 'exit');
  child.disconnect();
  expect(await exited).toEqual([0, null]);
});

test('an engine that does not exist cannot be started', async () => {
  client = await startClient({ entry: '/no/such/engine.js' });
  const error = await client.load(loadTiny()).catch((thrown) => thrown);
  expect(error).toMatchObject({ kind: 'startFailed' });
  expect(error.message).toContain('/no/such/engine.js');
});

test('dispose ends the process, also in the middle of a run, and nothing starts after it', async () => {
  client = await startClient();
  await client.load(loadTiny());
  const pid = await pidOf(client);
  const ended = fillAnd(() => void client.dispose()).catch((error) => error);
  expect(await ended).toMatchObject({ kind: 'disposed' });
  await client.dispose();
  expect(() => process.kill(pid, 0)).toThrow();
  expect(await client.fill(fillRequest()).catch((error) => error)).toMatchObject({
    kind: 'disposed',
  });
});

test('nothing starts after a dispose that comes while a process told to restart is still ending', async () => {
  client = await startClient();
  await client.load(loadTiny());
  void client.restart();
  const loaded = client.load(loadTiny()).catch((error) => error);
  await client.dispose();
  expect(await loaded).toMatchObject({ kind: 'disposed' });
  expect(await client.status()).toBeNull();
});
