import { appendFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presetNamed } from '../../src/diffusion/settings/presets';
import { EngineError } from '../../src/engine/client';
import type { FillRequest, LoadModelRequest } from '../../src/engine/protocol/messages';
import { copyOfModel, fillRequest, loadTiny, startClient } from './engineUnderTest';

let client: Awaited<ReturnType<typeof startClient>>;
beforeAll(async () => {
  client = await startClient();
  await client.load(loadTiny());
});
afterAll(() => client.dispose());

async function errorOf(promise: Promise<unknown>): Promise<EngineError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
}

describe('a bad request', () => {
  const tooMany = { spans: [{ text: '', slots: 65 }] };
  const cases: [string, unknown, RegExp][] = [
    ['more slots than the model has', fillRequest(tooMany), /65 slots.*at most 64/],
    [
      'a steps knob out of range',
      fillRequest({ sampler: { ...fillRequest().sampler, steps: 0 } }),
      /sampler\.steps/,
    ],
    ['an unknown remasker', { ...fillRequest(), sampler: { remask: { remasker: 'x' } } }, /remask/],
    ['no span', fillRequest({ spans: [] }), /spans/],
    ['texts that do not fit the spans', fillRequest({ context: ['', '', ''] }), /2 texts/],
    ['a seed that is none', fillRequest({ seed: -1 }), /seed/],
    [
      'a sampler that needs what the model has not',
      fillRequest({ sampler: { ...fillRequest().sampler, ...presetNamed('PRISM')!.sampler } }),
      /no quality head/,
    ],
    ['nothing at all', { run: 'r' }, /does not understand/],
  ];

  test.each(cases)('with %s is refused with a reason', async (_, request, reason) => {
    const error = await errorOf(client.fill(request as FillRequest));
    expect(error).toMatchObject({ kind: 'badRequest', message: expect.stringMatching(reason) });
  });

  test('does the engine no harm', async () => {
    const before = await client.status();
    await errorOf(client.fill(fillRequest(tooMany)));
    expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
    expect((await client.status())?.pid).toBe(before?.pid);
  });

  test('to load is refused too', async () => {
    const request = { ...loadTiny(), executionProvider: 'abacus' } as unknown as LoadModelRequest;
    expect(await errorOf(client.load(request))).toMatchObject({ kind: 'badRequest' });
    await client.load(loadTiny());
  });
});

describe('a model that cannot be used', () => {
  test('is named when its folder is missing', async () => {
    const error = await errorOf(client.load(loadTiny({ folder: '/no/such/model' })));
    expect(error).toMatchObject({ kind: 'modelUnusable' });
    expect(error.message).toContain('/no/such/model');
  });

  test('is called corrupt when a file was changed, and the engine lives on', async () => {
    const { folder, remove } = await copyOfModel();
    await appendFile(path.join(folder, 'weights.fp32.bin'), 'x');
    const error = await errorOf(client.load(loadTiny({ folder })));
    expect(error).toMatchObject({ kind: 'modelUnusable' });
    expect(error.message).toMatch(/weights\.fp32\.bin.*Reinstall/);
    await remove();

    expect((await client.load(loadTiny())).name).toBe('unmask-tiny');
    expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
  });

  test('is called incomplete when a file is missing', async () => {
    const { folder, remove } = await copyOfModel();
    await rm(path.join(folder, 'step.fp32.onnx'));
    const error = await errorOf(client.load(loadTiny({ folder })));
    expect(error.message).toMatch(/step\.fp32\.onnx is missing/);
    await remove();
    await client.load(loadTiny());
  });

  test('makes a fill fail for the same reason', async () => {
    await errorOf(client.load(loadTiny({ folder: '/no/such/model' })));
    expect((await errorOf(client.fill(fillRequest()))).message).toContain('/no/such/model');
    await client.load(loadTiny());
  });
});

test('a fill before any load says so', async () => {
  const fresh = await startClient();
  expect(await errorOf(fresh.fill(fillRequest()))).toMatchObject({ kind: 'noModel' });
  expect(await fresh.status()).toBeNull();
  await fresh.dispose();
});

test('the status tells what is loaded', async () => {
  const status = await client.load(loadTiny());
  expect(status).toMatchObject({ name: 'unmask-tiny', executionProvider: 'cpu', fallbacks: [] });
  expect(await client.status()).toMatchObject({
    model: status,
    onnxRuntime: expect.stringMatching(/^1\./),
    memory: expect.any(Number),
  });
});
