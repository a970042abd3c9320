import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineError } from '../../src/engine/client';
import { crash, endings, fillAnd, pidOf, useClients } from './engineProcess';
import { fillRequest, loadTiny } from './engineUnderTest';

const newClient = useClients();

describe('a crash', () => {
  test('mid-run is reported, and the next fill starts another process with the model', async () => {
    const client = await newClient();
    await client.load(loadTiny());
    const first = await pidOf(client);

    const error = await fillAnd(client, () => process.kill(first, 'SIGKILL')).catch(
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ kind: 'crashed' });
    expect(error.message).toBe(
      'The engine ended unexpectedly (signal SIGKILL). Your file was not changed. ' +
        'The next run starts it anew.',
    );
    expect(endings(client)).toEqual(['The engine process ended (signal SIGKILL).']);
    expect(await client.status()).toBeNull();

    expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
    expect(await pidOf(client)).not.toBe(first);
  });

  test('between runs goes unnoticed by the next fill', async () => {
    const client = await newClient();
    await client.load(loadTiny());
    await crash(client);
    expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
  });

  test('a second time in a row makes the restart wait', async () => {
    const client = await newClient();
    await client.load(loadTiny());
    await crash(client);
    await client.load(loadTiny());
    await crash(client);
    const started = performance.now();
    await client.load(loadTiny());
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(client.lines.join('\n')).toMatch(/crashed 2 times in a row; restarting in 1000 ms/);
  });

  test('after which a restart waits keeps nobody who disposes of the client', async () => {
    const client = await newClient();
    for (let time = 0; time < 2; time++) {
      await client.load(loadTiny());
      await crash(client);
    }
    const loaded = client.load(loadTiny()).catch((error) => error);
    await vi.waitFor(() => expect(client.lines.at(-1)).toMatch(/restarting in 1000 ms/));
    const disposed = performance.now();
    await client.dispose();
    expect(await loaded).toMatchObject({ kind: 'disposed' });
    expect(performance.now() - disposed).toBeLessThan(500);
  });
});

describe.skipIf(process.platform === 'win32')('an engine that hangs while it loads a model', () => {
  /** Loads, and has the engine hang before it can. */
  async function hangingLoad(signal?: AbortSignal) {
    const client = await newClient();
    await client.load(loadTiny());
    const pid = await pidOf(client);
    process.kill(pid, 'SIGSTOP');
    const loaded = client.load(loadTiny({ threads: 2 }), signal).catch((error) => error);
    return { client, pid, loaded };
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
    const { client, pid, loaded } = await hangingLoad(controller.signal);
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
    const { client, loaded } = await hangingLoad();
    const other = client.load(loadTiny());
    await passPatience();
    const status = await other;
    expect(status).toMatchObject({ executionProvider: 'cpu' });
    expect(await loaded).toEqual(status);
  });
});
