import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findUnpacked, openableFolder } from '../../src/denoiser/unpacked';
import { variantFor } from '../../src/denoiser/variant';
import { readModelFolder } from '../../src/models';
import { copyOfModel, loadTiny, startClient, tinyAdaptedModel, tinyModel } from './engineUnderTest';

/** Where a user's cache is, on every platform. */
const CACHE_VARIABLES = ['XDG_CACHE_HOME', 'LOCALAPPDATA', 'HOME'];

let place: string;

beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'unmask-unpacked-'));
  useCache(place);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(place, { recursive: true });
});

const useCache = (folder: string) => {
  for (const name of CACHE_VARIABLES) vi.stubEnv(name, folder);
};

async function packed(folder = tinyAdaptedModel) {
  const model = await readModelFolder(folder);
  return { model, variant: variantFor(model, 'cpu')! };
}

describe('a variant that is shipped packed', () => {
  it('is unpacked once, whole, and found from then on', async () => {
    const { model, variant } = await packed();
    expect(await findUnpacked(model, variant)).toBeUndefined();
    const [first, second] = await Promise.all([
      openableFolder(model, variant),
      openableFolder(model, variant),
    ]);
    expect(second).toBe(first);
    expect(first.startsWith(place)).toBe(true);
    expect(await findUnpacked(model, variant)).toBe(first);
    expect(await readdir(path.dirname(first))).toEqual([path.basename(first)]);
    const file = path.join(first, variant.unpack!.to);
    const made = await stat(file);
    expect(await openableFolder(model, variant)).toBe(first);
    expect((await stat(file)).mtimeMs).toBe(made.mtimeMs);
  });

  it('holds more bytes than what is shipped, each tensor at a multiple of 64', async () => {
    const { model, variant } = await packed();
    const folder = await openableFolder(model, variant);
    const bytes = await readFile(path.join(folder, variant.unpack!.to));
    const { size } = await stat(path.join(model.folder, variant.weights[0]!.file));
    expect(bytes.length).toBeGreaterThan(1.5 * size);
    // The table's zero stands for 128: random weights lie around it.
    const mean = bytes.subarray(0, 4096).reduce((sum, byte) => sum + byte, 0) / 4096;
    expect(Math.abs(mean - 128)).toBeLessThan(8);
  });

  it('goes to the temporary folder where the cache cannot be written', async () => {
    const file = path.join(place, 'file');
    await writeFile(file, '');
    useCache(file);
    vi.stubEnv('TMPDIR', path.join(place, 'temporary'));
    vi.stubEnv('TEMP', path.join(place, 'temporary'));
    const { model, variant } = await packed();
    expect(await openableFolder(model, variant)).toContain(path.join(place, 'temporary'));
  });

  it('says what to do where nothing can be written', async () => {
    const file = path.join(place, 'file');
    await writeFile(file, '');
    useCache(file);
    vi.stubEnv('TMPDIR', file);
    vi.stubEnv('TEMP', file);
    const { model, variant } = await packed();
    await expect(openableFolder(model, variant)).rejects.toThrow(
      /tiny-adapted could not be unpacked .*Free some disk space/,
    );
  });

  it('leaves what other versions made alone for an hour, then removes it', async () => {
    const { model, variant } = await packed();
    const [fresh, old] = ['fresh', 'old'].map((name) =>
      path.join(place, 'unmask', 'tiny-adapted', name),
    ) as [string, string];
    for (const folder of [fresh, old]) await mkdir(folder, { recursive: true });
    const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000);
    await utimes(old, yesterday, yesterday);
    const made = await openableFolder(model, variant);
    expect((await readdir(path.dirname(made))).sort()).toEqual(
      [path.basename(made), 'fresh'].sort(),
    );
  });

  it('loads in an engine, the second time without its packed weights', async () => {
    const { folder, remove } = await copyOfModel(tinyAdaptedModel);
    const client = await startClient();
    try {
      const request = loadTiny({ folder });
      expect((await client.load(request)).precision).toBe('int8');
      await writeFile(path.join(folder, 'weights.bin'), 'spoilt');
      expect((await client.load(request)).precision).toBe('int8');
    } finally {
      await client.dispose();
      await remove();
    }
  });
});

it('a variant with nothing to unpack is opened where it is', async () => {
  const { model, variant } = await packed(tinyModel);
  expect(await openableFolder(model, variant)).toBe(model.folder);
});
