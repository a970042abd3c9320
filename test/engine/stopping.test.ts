import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { fillAnd, longFill, useClients } from './engineProcess';
import { fillRequest, loadTiny } from './engineUnderTest';

const newClient = useClients();

describe('stopping', () => {
  test('ends a run soon, and the engine goes on', async () => {
    const client = await newClient();
    await client.load(loadTiny());
    const controller = new AbortController();
    const { result, steps } = await fillAnd(client, () => controller.abort(), controller.signal);
    expect(result.outcome).toEqual({ kind: 'stopped' });
    expect(steps).toBeLessThan(512);
    expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
  });

  test('before the start keeps a run from denoising', async () => {
    const client = await newClient();
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

test('a fill that is stopped while it waits for another is answered at once', async () => {
  const client = await newClient();
  await client.load(loadTiny());
  const abort = new AbortController();
  const order: string[] = [];
  await fillAnd(client, async () => {
    const waiting = client.fill(fillRequest(), { signal: abort.signal });
    abort.abort();
    expect((await waiting).outcome.kind).toBe('stopped');
    order.push('stopped');
  }).then(() => order.push('finished'));
  expect(order).toEqual(['stopped', 'finished']);
});

test('the signal that a run can be stopped by is not kept after it', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const client = await newClient();
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
