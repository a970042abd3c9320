import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { LoadedModel, type Probe, ProviderMemory } from '../../src/denoiser';
import { acceleratorsToTry } from '../../src/denoiser/providers/executionProviders';
import { choiceKey } from '../../src/denoiser/providers/providerMemory';
import { EngineError } from '../../src/engine/client';
import { loadModel } from '../../src/engine/protocol/requests';
import { readModelFolder } from '../../src/models';
import { tinyModel } from '../tinyModels';
import { engineBundle, loadTiny, startClient } from './engineUnderTest';
import { hasChoice, useStorage } from './providerStorage';

// As it is, but for one test.
vi.mock('../../src/denoiser/providers/executionProviders', { spy: true });

vi.setConfig({ testTimeout: 60_000 });

const storage = useStorage();
afterEach(() => {
  vi.useRealTimers();
  vi.mocked(acceleratorsToTry).mockReset();
});

/** An engine whose examinations of execution providers never end, and the file with the ids of their processes. */
async function engineWithHangingProbes() {
  const entry = path.join(storage(), 'entry.js');
  const probes = path.join(storage(), 'probes');
  await writeFile(
    entry,
    `if (process.argv[2] === '--probe') process.once('message', () => {
      require('node:fs').appendFileSync(${JSON.stringify(probes)}, process.pid + '\\n');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });
    require(${JSON.stringify(engineBundle())});`,
  );
  return { entry, probes };
}

describe.runIf(hasChoice)('what `auto` measured', () => {
  /** Opens the tiny model as a new process would; how often an execution provider was examined for it, and where it ran. */
  async function open(
    reason = 'slower than the CPU here',
    measuredSince = 0,
    threads = 1,
    kind: 'unusable' | 'failed' = 'unusable',
  ) {
    const probe = vi.fn<Probe>(async () => ({ kind, reason }));
    const model = await LoadedModel.open(
      {
        folder: tinyModel,
        executionProvider: 'auto',
        threads,
        contextCacheBytes: 0,
        memory: new ProviderMemory(storage()),
        measuredSince,
      },
      probe,
    );
    const { executionProvider, fallbacks } = model;
    await model.dispose();
    return { probes: probe.mock.calls.length, executionProvider, fallbacks };
  }

  test('is not measured again, and the reason stays known', async () => {
    const first = await open();
    expect(first).toEqual({
      probes: 1,
      executionProvider: 'cpu',
      fallbacks: [{ executionProvider: 'webgpu', reason: 'slower than the CPU here' }],
    });
    expect(await open('never asked')).toEqual({ ...first, probes: 0 });
  });

  test('counts for the same circumstances only', async () => {
    await open();
    expect((await open('other', 0, 2)).probes).toBe(1);
  });

  test('is forgotten when asked to, and after a month', async () => {
    await open();
    const again = await open('slower still', Date.now() + 1);
    expect(again).toMatchObject({ probes: 1, fallbacks: [{ reason: 'slower still' }] });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 24 * 3600 * 1000 });
    expect((await open()).probes).toBe(1);
  });

  test('is forgotten after a day where it was no measurement', async () => {
    await open('it hung', 0, 1, 'failed');
    expect(await open('never asked')).toMatchObject({
      probes: 0,
      fallbacks: [{ reason: 'it hung' }],
    });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 3600 * 1000 });
    expect((await open()).probes).toBe(1);
  });

  test('a file that is damaged, or cannot be written, only means measuring again', async () => {
    await open();
    const kept = path.join(storage(), 'execution-providers');
    const [file] = await readdir(kept);
    await writeFile(path.join(kept, file!), '{"broken');
    expect((await open()).probes).toBe(1);
    expect((await open()).probes).toBe(0);
  });

  test('leaves no draft behind where it cannot take its place', async () => {
    const kept = path.join(storage(), 'execution-providers');
    await mkdir(path.join(kept, 'key.json'), { recursive: true });
    const logged = vi.spyOn(console, 'error').mockReturnValue();
    onTestFinished(() => logged.mockRestore());
    const choice = { executionProvider: 'cpu', fallbacks: [], madeAt: Date.now() };
    await new ProviderMemory(storage()).remember('key', choice);
    expect(logged).toHaveBeenCalledOnce();
    expect(await readdir(kept)).toEqual(['key.json']);
  });

  test('of two models at once is known of both', async () => {
    const memory = new ProviderMemory(storage());
    const keys = ['one', 'other'];
    const choice = { executionProvider: 'cpu', fallbacks: [], madeAt: Date.now() };
    await Promise.all(keys.map((key) => new ProviderMemory(storage()).remember(key, choice)));
    for (const key of keys) expect(await memory.recall(key, 0)).toEqual(choice);
  });

  test('an execution provider that was chosen is still examined, but for its numbers only', async () => {
    const chosen = new ProviderMemory(storage());
    const remember = vi.spyOn(chosen, 'recall').mockResolvedValue({
      executionProvider: 'webgpu',
      fallbacks: [],
      madeAt: Date.now(),
    });
    const probe = vi.fn<Probe>(async () => ({ kind: 'unusable', reason: 'wrong numbers' }));
    const model = await LoadedModel.open(
      {
        folder: tinyModel,
        executionProvider: 'auto',
        threads: 1,
        contextCacheBytes: 0,
        memory: chosen,
      },
      probe,
    );
    expect(remember).toHaveBeenCalledOnce();
    expect(probe.mock.calls[0]![0]).toMatchObject({ mustBeFaster: false });
    expect(model.executionProvider).toBe('cpu');
    await model.dispose();
    vi.restoreAllMocks();
    // The new choice has taken its place.
    expect(await open('never asked')).toMatchObject({
      probes: 0,
      fallbacks: [{ reason: 'wrong numbers' }],
    });
  });

  test('is forgotten after a day also where it was made anew since one hung', async () => {
    const names = ['cuda', 'webgpu'];
    vi.mocked(acceleratorsToTry).mockResolvedValue(
      names.map((executionProvider) => ({ executionProvider, absent: undefined })),
    );
    const cuda = { executionProvider: 'cuda', reason: 'it hung', passing: true } as const;
    const chosen = { executionProvider: 'webgpu', fallbacks: [cuda], madeAt: Date.now() };
    const key = await choiceKey(
      await readModelFolder(tinyModel),
      await acceleratorsToTry('auto'),
      1,
    );
    await new ProviderMemory(storage()).remember(key, chosen);
    expect(await open('wrong numbers')).toMatchObject({
      probes: 1,
      fallbacks: [{ reason: 'it hung' }, { reason: 'wrong numbers' }],
    });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 3600 * 1000 });
    expect((await open()).probes).toBe(2);
  });

  test('and now hangs is given up as soon, and not tried again', async () => {
    const memory = new ProviderMemory(storage());
    const model = await readModelFolder(tinyModel);
    const key = await choiceKey(model, await acceleratorsToTry('auto'), 1);
    const webgpu = { executionProvider: 'webgpu', fallbacks: [], madeAt: Date.now() };
    await memory.remember(key, webgpu);
    const { entry, probes } = await engineWithHangingProbes();
    const sentence =
      'webgpu was not used: the process that tried it did not answer within 10 seconds.';
    for (let load = 0; load < 2; load++) {
      const client = await startClient({ entry, storage: storage() });
      expect(await client.load(loadTiny({ executionProvider: 'auto' }))).toMatchObject({
        executionProvider: 'cpu',
        fallbacks: [{ executionProvider: 'webgpu', sentence }],
      });
      await client.dispose();
    }
    expect((await readFile(probes, 'utf8')).match(/\d+/g)).toHaveLength(1);
  });

  test('outlives the engine process', async () => {
    const env = { ...process.env, VK_ICD_FILENAMES: '/dev/null', VK_DRIVER_FILES: '/dev/null' };
    const request = loadTiny({ executionProvider: 'auto' });
    const kept = path.join(storage(), 'execution-providers');
    const loads = [];
    const memories = [];
    for (let start = 0; start < 2; start++) {
      const client = await startClient({ env, storage: storage() });
      loads.push(await client.load(request));
      await client.dispose();
      const files = await readdir(kept);
      expect(files).toHaveLength(1);
      memories.push(await readFile(path.join(kept, files[0]!), 'utf8'));
    }
    const [first, second] = loads;
    expect(second!.fallbacks).toEqual(first!.fallbacks);
    // It has the time of the measurement in it: nothing was measured anew.
    expect(memories[1]).toBe(memories[0]);
    const { fallbacks } = JSON.parse(memories[0]!);
    expect(first).toMatchObject({
      executionProvider: 'cpu',
      fallbacks: [{ sentence: `webgpu was not used: ${fallbacks[0].reason}.` }],
    });
    // That there is no adapter is an error, and one may be plugged in.
    expect(fallbacks[0].passing).toBe(true);
  });
});

test.runIf(hasChoice)(
  'one that was named and hangs is given up as soon as another one is asked for',
  async () => {
    const { entry, probes } = await engineWithHangingProbes();
    const client = await startClient({ entry, storage: storage() });
    const named = client.load(loadTiny({ executionProvider: 'webgpu' }));
    const pid = await vi.waitFor(async () => Number(await readFile(probes, 'utf8')), 20_000);
    // It waits as well, and is not begun.
    const waiting = client.load(loadTiny({ executionProvider: 'webgpu', threads: 2 }));
    const started = performance.now();
    const status = await client.load(loadTiny());
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(status).toMatchObject({ executionProvider: 'cpu', wantedProvider: 'cpu' });
    expect(await named).toEqual(status);
    expect(await waiting).toEqual(status);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(Number(await readFile(probes, 'utf8'))).toBe(pid);
    await client.dispose();
  },
);

test.runIf(hasChoice)(
  'one that was named and hangs is given up as soon as nobody waits for it',
  async () => {
    const { entry, probes } = await engineWithHangingProbes();
    const client = await startClient({ entry, storage: storage() });
    const controller = new AbortController();
    const named = client.load(loadTiny({ executionProvider: 'webgpu' }), controller.signal);
    const stopped = named.catch((error) => error);
    const pid = await vi.waitFor(async () => Number(await readFile(probes, 'utf8')), 20_000);
    controller.abort();
    expect(await stopped).toBeInstanceOf(EngineError);
    // Its number goes with whoever takes in what others left.
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 5_000);
    const { pid: engine } = (await client.status())!;
    await client.load(loadTiny());
    expect(await client.status()).toMatchObject({ pid: engine });
    await client.dispose();
  },
);

test.runIf(hasChoice)(
  'one that was found usable and hangs in the engine does not keep it when its host is killed',
  async () => {
    const entry = path.join(storage(), 'entry.js');
    const opening = path.join(storage(), 'opening');
    await writeFile(
      entry,
      `if (process.argv[2] === '--probe') {
        const answer = { kind: 'usable', reference: [] };
        process.once('message', () => process.send({ kind: 'answered', answer }));
      } else {
        const engine = ${JSON.stringify(engineBundle())};
        const { InferenceSession } = require('node:module').createRequire(engine)('onnxruntime-node');
        InferenceSession.create = () => {
          require('node:fs').writeFileSync(${JSON.stringify(opening)}, String(process.pid));
          for (;;);
        };
        require(engine);
      }`,
    );
    const params = loadTiny({ executionProvider: 'webgpu' });
    const message = { jsonrpc: '2.0', id: 1, method: loadModel.method, params };
    const host = spawn(process.execPath, [
      '-e',
      `require('node:child_process').fork(${JSON.stringify(entry)}).send(${JSON.stringify(message)})`,
    ]);
    const pid = await vi.waitFor(async () => Number(await readFile(opening, 'utf8')), 20_000);
    host.kill('SIGKILL');
    onTestFinished(() => {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It is gone, as it should be.
      }
    });
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 5_000);
  },
);
