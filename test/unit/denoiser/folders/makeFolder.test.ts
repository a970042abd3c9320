import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolder } from '../../../../src/denoiser/folders/makeFolder';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'unmask-make-'));
});
afterEach(() => rm(place, { recursive: true }));

it('makes a folder and those it lies in, also beside others that do', async () => {
  const folders = ['a/b/c', 'a/b/c', 'a/b/d', 'a'].map((name) => path.join(place, name));
  await Promise.all(folders.map((folder) => makeFolder(folder, 0o700)));
  for (const folder of folders) expect((await stat(folder)).isDirectory()).toBe(true);
  if (process.platform !== 'win32')
    expect((await stat(path.join(place, 'a'))).mode & 0o777).toBe(0o700);
});

it('fails where a file is in the way', async () => {
  const file = path.join(place, 'file');
  await writeFile(file, '');
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(path.join(file, 'folder'))).rejects.toThrow(/ENOTDIR|ENOENT|EEXIST/);
});

it.runIf(process.platform === 'linux')(
  'fails where a folder can be neither found nor made',
  async () => {
    await expect(makeFolder('/proc/nope/folder')).rejects.toMatchObject({ code: 'ENOENT' });
  },
);
