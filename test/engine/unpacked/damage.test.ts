import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LoadedModel, type Probe, ProviderMemory, unpackHere } from '../../../src/denoiser';
import { openableFolder } from '../../../src/denoiser/unpacked/unpacked';
import { unpackedPlaces } from '../../../src/denoiser/unpacked/unpackedPlaces';
import { graphFiles, tinyAdaptedModel } from '../../tinyModels';
import { copyOfModel, loadTiny, startClient } from '../engineUnderTest';
import { changeVariant, findUnpacked, packed, predictions, useOwnCache } from './ownCache';

// As it is, and counted.
vi.mock('../../../src/denoiser/unpacked/unpackedPlaces', { spy: true });

const own = useOwnCache();

describe('a variant that was unpacked', () => {
  it('is unpacked anew where a file is missing since, or cut off', async () => {
    const { model, variant } = await packed();
    const folder = await openableFolder(model, variant);
    const expected = await predictions(folder);
    const file = path.join(folder, `${graphFiles(variant).step.file}.bin`);
    for (const spoil of [() => rm(file), () => truncate(file, 100)]) {
      await spoil();
      expect(await findUnpacked(model, variant)).toBeUndefined();
      expect(await openableFolder(model, variant)).toBe(folder);
      expect(await predictions(folder)).toEqual(expected);
    }
    expect(await readdir(path.dirname(folder))).toEqual([path.basename(folder)]);
  });

  it.each([
    ['weights', (step: string) => `${step}.bin`],
    ['graphs', (step: string) => step],
    ['notes of what it predicts', () => 'self-check.json'],
  ])('is made anew where its %s were damaged since', async (_, nameOf) => {
    const { model, variant } = await packed();
    const name = nameOf(graphFiles(variant).step.file);
    const file = path.join(await openableFolder(model, variant), name);
    const sound = await readFile(file);
    await writeFile(file, Buffer.alloc(sound.length));
    const client = await startClient();
    try {
      expect((await client.load(loadTiny({ folder: tinyAdaptedModel }))).precision).toBe('int8');
    } finally {
      await client.dispose();
    }
    expect(sound.equals(await readFile(file))).toBe(true);
  });

  it('loads in an engine, which says so the first time, the second time without its packed weights', async () => {
    const { folder, remove } = await copyOfModel(tinyAdaptedModel);
    const client = await startClient();
    try {
      const request = loadTiny({ folder });
      const stages: string[] = [];
      const load = () => client.load(request, undefined, ({ kind }) => stages.push(kind));
      expect((await load()).precision).toBe('int8');
      expect(stages).toEqual(['opening', 'unpacking', 'opening']);
      await writeFile(path.join(folder, 'weights.bin'), 'spoilt');
      expect((await client.load(request)).precision).toBe('int8');
    } finally {
      await client.dispose();
      await remove();
    }
  });
});

/** Where `auto` has a choice without any library being installed. */
const supported = process.platform === 'linux' && process.arch === 'x64';

it.runIf(supported)(
  'what was damaged while `auto` measured leaves nothing to remember',
  async () => {
    const { model, variant } = await packed();
    const file = path.join(await openableFolder(model, variant), graphFiles(variant).step.file);
    await writeFile(file, Buffer.alloc((await stat(file)).size));
    const probe = vi.fn<Probe>(async () => ({ kind: 'unusable', reason: 'the CPU failed' }));
    const memory = new ProviderMemory(own.place);
    const request = { folder: tinyAdaptedModel, threads: 1, contextCacheBytes: 0, memory };
    for (let load = 0; load < 3; load++)
      await (await LoadedModel.open({ ...request, executionProvider: 'auto' }, probe)).dispose();
    // In the first load beside what was damaged, in the second beside what has been made anew.
    expect(probe).toHaveBeenCalledTimes(2);
  },
);

it.runIf(supported)(
  'unpacking is done before `auto` compares with the CPU against the clock',
  async () => {
    const { model, variant } = await packed();
    const found: unknown[] = [];
    const probe: Probe = async () => {
      found.push(await findUnpacked(model, variant));
      return { kind: 'unusable', reason: 'slower' };
    };
    const unpack = vi.fn(unpackHere);
    const request = { folder: tinyAdaptedModel, threads: 1, contextCacheBytes: 0, unpack };
    const loaded = await LoadedModel.open({ ...request, executionProvider: 'auto' }, probe);
    await loaded.dispose();
    expect(found).toEqual([await findUnpacked(model, variant)]);
    expect(found[0]).toBeDefined();
    expect(unpack).toHaveBeenCalledOnce();
  },
);

it.runIf(supported).each(['auto', 'webgpu'])(
  'a variant for a GPU that cannot be unpacked is left by %s, and the CPU’s opened',
  async (executionProvider) => {
    const { folder, remove } = await copyOfModel(tinyAdaptedModel);
    onTestFinished(remove);
    await changeVariant(folder, 'fp32', (variant) => {
      variant.unpack = { graph: graphFiles(variant).step, to: 'unpacked.bin' };
    });
    const probe = vi.fn<Probe>();
    const request = { folder, executionProvider, threads: 1, contextCacheBytes: 0 };
    const loaded = await LoadedModel.open(request, probe);
    onTestFinished(() => loaded.dispose());
    expect(loaded.precision).toBe('int8');
    expect(loaded.fallbacks).toEqual([
      {
        executionProvider: 'webgpu',
        reason: expect.stringMatching(/^The model tiny-adapted cannot be unpacked: /),
        passing: true,
      },
    ]);
    expect(probe).not.toHaveBeenCalled();
  },
);

it.runIf(supported)(
  'what is unpacked is looked for once in a load, whether it is there or not',
  async () => {
    const probe: Probe = async () => ({ kind: 'unusable', reason: 'slower' });
    const request = { folder: tinyAdaptedModel, threads: 1, contextCacheBytes: 0 };
    for (const executionProvider of ['cpu', 'auto', 'cpu', 'auto', 'webgpu']) {
      if (executionProvider === 'auto')
        await rm(path.join(own.place, 'unmask'), { recursive: true });
      vi.mocked(unpackedPlaces).mockClear();
      await (await LoadedModel.open({ ...request, executionProvider }, probe)).dispose();
      expect(unpackedPlaces).toHaveBeenCalledOnce();
    }
  },
);
