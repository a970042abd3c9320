import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { renameWritten } from '../../../../src/denoiser/folders/heldFiles';
import { makeWholeFolder } from '../../../../src/denoiser/folders/wholeFolder';

// As it is, but where a test has it refuse.
vi.mock('node:fs/promises', { spy: true });

const { platform } = process;
const on = (name: NodeJS.Platform) => Object.defineProperty(process, 'platform', { value: name });
const refusal = (code: string) => Object.assign(new Error(`${code}: refused`), { code });
/** What a virus scanner that reads a file just written has renaming come to. */
const refuse = (times: number, code = 'EPERM') => {
  for (let time = 0; time < times; time++) vi.mocked(rename).mockRejectedValueOnce(refusal(code));
};

let place: string;
let from: string;
let to: string;
beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'unmask-held-'));
  [from, to] = [path.join(place, 'from'), path.join(place, 'to')];
  await writeFile(from, 'new');
});
afterEach(async () => {
  on(platform);
  vi.resetAllMocks();
  await rm(place, { recursive: true });
});

describe('renameWritten', () => {
  it.each(['EPERM', 'EACCES', 'EBUSY'])(
    'waits on Windows while it is refused with %s',
    async (code) => {
      on('win32');
      await writeFile(to, 'old');
      refuse(3, code);
      await renameWritten(from, to);
      expect(await readFile(to, 'utf8')).toBe('new');
    },
  );

  it.each([
    ['on another system', 'linux', 'EPERM'],
    ['where it is refused for another reason', 'win32', 'ENOSPC'],
  ] as const)('fails at once %s', async (_, system, code) => {
    on(system);
    refuse(1, code);
    await expect(renameWritten(from, to)).rejects.toThrow(code);
    expect(rename).toHaveBeenCalledTimes(1);
  });

  it('fails at once where a folder is in the way', async () => {
    on('win32');
    await mkdir(to);
    refuse(1);
    await expect(renameWritten(from, to)).rejects.toThrow('EPERM');
    expect(rename).toHaveBeenCalledTimes(1);
  });
});

describe('makeWholeFolder', () => {
  const fill = (into: string) => writeFile(path.join(into, 'file'), 'one');
  const isThere = () => readFile(path.join(to, 'file')).then(Boolean, () => false);

  it('makes the folder on Windows although what is in it is still read', async () => {
    on('win32');
    refuse(2);
    await makeWholeFolder(to, fill, isThere);
    expect(await isThere()).toBe(true);
  });

  it('gives way to a process that was faster also where its own cannot be removed', async () => {
    const another = async () => {
      await mkdir(to);
      await fill(to);
      vi.mocked(rm).mockRejectedValueOnce(refusal('EBUSY'));
    };
    await makeWholeFolder(to, another, isThere);
    expect(await isThere()).toBe(true);
  });
});
