import type { StatsFs } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, statfs, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { unpackHere } from '../../../src/denoiser';
import { readOnnx, writeOnnx } from '../../../src/denoiser/onnxFile';
import type { Unpack } from '../../../src/denoiser/unpacked/unpack';
import { openableFolder } from '../../../src/denoiser/unpacked/unpacked';
import { graphFiles, tinyAdaptedModel, tinyModel } from '../../tinyModels';
import { copyOfModel } from '../engineUnderTest';
import { findUnpacked, packed, predictions, useOwnCache } from './ownCache';

// As it is, but where a test says how much room there is.
vi.mock('node:fs/promises', { spy: true });

const own = useOwnCache();

describe('a variant that is shipped packed', () => {
  it('is unpacked once, whole, and found from then on', async () => {
    const { model, variant } = await packed();
    expect(await findUnpacked(model, variant)).toBeUndefined();
    const [first, second] = await Promise.all([
      openableFolder(model, variant),
      openableFolder(model, variant),
    ]);
    expect(second).toBe(first);
    expect(first.startsWith(own.place)).toBe(true);
    expect(await findUnpacked(model, variant)).toBe(first);
    expect(await readdir(path.dirname(first))).toEqual([path.basename(first)]);
    const file = path.join(first, `${graphFiles(variant).step.file}.bin`);
    const made = await stat(file);
    expect(await openableFolder(model, variant)).toBe(first);
    expect((await stat(file)).mtimeMs).toBe(made.mtimeMs);
  });

  it('has its weights laid out for this machine, with nothing else left', async () => {
    const { model, variant } = await packed();
    const folder = await openableFolder(model, variant);
    const files = [graphFiles(variant).encode.file, graphFiles(variant).step.file];
    const weights = files.map((file) => `${file}.bin`);
    expect((await readdir(folder)).sort()).toEqual(
      [...files, ...weights, 'self-check.json', 'seal.json'].sort(),
    );
    // What maps them needs no room of its own for them.
    const sizes = await Promise.all(weights.map((file) => stat(path.join(folder, file))));
    expect(Math.min(...sizes.map(({ size }) => size))).toBeGreaterThan(100_000);
  });

  it('stays as it is where its weights cannot be laid out, and predicts the same', async () => {
    const { model, variant } = await packed();
    const into = path.join(own.place, 'plain');
    await mkdir(into);
    await writeFile(path.join(into, 'laid-out'), 'in the way');
    await unpackHere({ modelFolder: model.folder, precision: variant.precision, into, map: true });
    expect(await readdir(into)).toContain(variant.unpack!.to);
    const laidOut = await openableFolder(model, variant);
    expect(await predictions(into)).toEqual(await predictions(laidOut));
  });

  it('is laid out another day where there was no room for it, once there is', async () => {
    const { model, variant } = await packed();
    const { to } = variant.unpack!;
    const hasOnDisk = (bytes: number) =>
      vi.mocked(statfs).mockResolvedValue({ bavail: bytes, bsize: 1 } as StatsFs);
    let isInTheWay = true;
    const unpack = vi.fn<Unpack>(async (request) => {
      if (isInTheWay) await writeFile(path.join(request.into, 'laid-out'), '');
      await unpackHere(request);
    });
    const unpackedBy = async (calls: number) => {
      const folder = await openableFolder(model, variant, unpack);
      expect(unpack).toHaveBeenCalledTimes(calls);
      return folder;
    };
    hasOnDisk(1000);
    const folder = await unpackedBy(1);
    const expected = await predictions(folder);
    const tried = (hoursAgo: number) => {
      const then = new Date(Date.now() - hoursAgo * 60 * 60 * 1000);
      return utimes(path.join(folder, 'no-room'), then, then);
    };
    await tried(25);
    await unpackedBy(1);
    hasOnDisk(1e9);
    await tried(23);
    await unpackedBy(1);

    await tried(25);
    unpack.mockRejectedValueOnce(new Error('no space left'));
    unpack.mockRejectedValueOnce(new Error('no space left'));
    expect(await unpackedBy(3)).toBe(folder);
    await unpackedBy(3);
    expect(await readdir(folder)).toContain(to);

    isInTheWay = false;
    await tried(25);
    expect(await unpackedBy(4)).toBe(folder);
    await unpackedBy(4);
    expect(await readdir(folder)).not.toContain(to);
    expect(await readdir(folder)).not.toContain('no-room');
    expect(await readdir(path.dirname(folder))).toEqual([path.basename(folder)]);
    expect(await predictions(folder)).toEqual(expected);
    vi.mocked(statfs).mockReset();
  });

  it('is not laid out another day where that was not for want of room', async () => {
    const { model, variant } = await packed();
    const folder = await openableFolder(model, variant, async (request) => {
      await writeFile(path.join(request.into, 'laid-out'), '');
      await unpackHere(request);
    });
    expect(await readdir(folder)).toContain(variant.unpack!.to);
    expect(await readdir(folder)).not.toContain('no-room');
  });

  it("can be sealed where the model's own files are read-only", async () => {
    const { folder, remove } = await copyOfModel(tinyAdaptedModel);
    const { variant } = await packed(folder);
    for (const file of await readdir(folder)) await chmod(path.join(folder, file), 0o444);
    const into = path.join(own.place, 'plain');
    await mkdir(into);
    await unpackHere({ modelFolder: folder, precision: variant.precision, into, map: false });
    for (const file of await readdir(into))
      expect((await stat(path.join(into, file))).mode & 0o200).toBe(0o200);
    await remove();
  });

  it('computes right where its weights were laid out for another machine', async () => {
    const { model, variant } = await packed();
    const folder = await openableFolder(model, variant);
    const expected = await predictions(folder);
    const file = path.join(folder, graphFiles(variant).step.file);
    const bytes = await readFile(`${file}.bin`);
    const graph = readOnnx(await readFile(file));
    let layouts = 0;
    for (const constant of graph.graph.initializer) {
      constant.externalData = (constant.externalData ?? []).map(({ key, value }) => {
        if (!key.startsWith('prepacked')) return { key, value };
        layouts++;
        const [name, buffer] = value.split('|') as [string, string];
        const [offset, length] = buffer.split(';').map(Number) as [number, number];
        expect(offset % 64).toBe(0);
        bytes.fill(0, offset, offset + length);
        // It is found by a hash of what this machine makes itself.
        return {
          key,
          value: `${name.replace(/\d/, (digit) => String(9 - Number(digit)))}|${buffer}`,
        };
      });
    }
    expect(layouts).toBeGreaterThan(4);
    await writeFile(`${file}.bin`, bytes);
    await writeFile(file, writeOnnx(graph));
    expect(await predictions(folder)).toEqual(expected);
  });
});

it('a variant with nothing to unpack is opened where it is', async () => {
  const { model, variant } = await packed(tinyModel);
  expect(await openableFolder(model, variant)).toBe(model.folder);
});
