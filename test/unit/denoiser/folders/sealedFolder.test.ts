import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAsSealed, isWhole, sealFolder } from '../../../../src/denoiser/folders/sealedFolder';

let folder: string;
const states = async () => ({ whole: await isWhole(folder), same: await isAsSealed(folder) });

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'unmask-seal-'));
  await writeFile(path.join(folder, 'step.onnx'), 'graph');
  await writeFile(path.join(folder, 'step.onnx.bin'), '');
  await truncate(path.join(folder, 'step.onnx.bin'), 17 * 1024 * 1024);
  await sealFolder(folder);
});
afterEach(() => rm(folder, { recursive: true }));

it('knows a folder that is as it was', async () => {
  expect(await states()).toEqual({ whole: true, same: true });
});

it('sees that a graph has become another of the same size', async () => {
  await writeFile(path.join(folder, 'step.onnx'), 'grapf');
  expect(await states()).toEqual({ whole: true, same: false });
});

it('sees that weights are gone or cut off', async () => {
  await truncate(path.join(folder, 'step.onnx.bin'), 1);
  expect(await states()).toEqual({ whole: false, same: true });
  await rm(path.join(folder, 'step.onnx.bin'));
  expect((await states()).whole).toBe(false);
});

it('takes a folder that was never sealed, or half, for neither', async () => {
  await writeFile(path.join(folder, 'seal.json'), '{"step.onnx":');
  expect(await states()).toEqual({ whole: false, same: false });
});
