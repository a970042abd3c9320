import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processSpace } from '../../../../src/denoiser/folders/processSpace';
import { makeWholeFolder } from '../../../../src/denoiser/folders/wholeFolder';

let place: string;
let folder: string;
beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'unmask-whole-'));
  folder = path.join(place, 'made', 'folder');
});
afterEach(() => rm(place, { recursive: true }));

const beside = () => readdir(path.dirname(folder));
const content = () => readFile(path.join(folder, 'file'), 'utf8');
const isThere = () => stat(path.join(folder, 'file')).then(Boolean, () => false);
const filledWith = (text: string) => (into: string) => writeFile(path.join(into, 'file'), text);
/** Makes the folder as another process would meanwhile. */
const another = async (name: string) => {
  await mkdir(folder);
  await writeFile(path.join(folder, name), 'another');
};

/** Whether the system tells containers apart. */
const tellsContainers = process.platform === 'linux';

describe('makeWholeFolder', () => {
  it('makes the folder and leaves nothing else, and others see nothing of it before', async () => {
    let wasThere: boolean | undefined;
    await makeWholeFolder(
      folder,
      async (into) => {
        await filledWith('one')(into);
        wasThere = await isThere();
      },
      isThere,
    );
    expect(wasThere).toBe(false);
    expect(await content()).toBe('one');
    expect(await beside()).toEqual(['folder']);
  });

  it.runIf(process.platform !== 'win32')('makes it for this user alone', async () => {
    await makeWholeFolder(folder, filledWith('one'), isThere);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('leaves nothing of what failed', async () => {
    const fails = async (into: string) => {
      await filledWith('half')(into);
      throw new Error('no space left');
    };
    await expect(makeWholeFolder(folder, fails, isThere)).rejects.toThrow('no space left');
    expect(await beside()).toEqual([]);
  });

  it.each([
    ['done', async () => {}],
    ['failed', () => Promise.reject(new Error('no space left'))],
  ])('gives way to a process that was faster, once it has %s', async (_, ends) => {
    await makeWholeFolder(
      folder,
      async (into) => {
        await filledWith('one')(into);
        await another('file');
        await ends();
      },
      isThere,
    );
    expect(await content()).toBe('another');
    expect(await beside()).toEqual(['folder']);
  });

  it('fails where what is there is not whole', async () => {
    const fill = () => another('something else');
    await expect(makeWholeFolder(folder, fill, isThere)).rejects.toThrow(/ENOTEMPTY|EEXIST|EPERM/);
    expect(await beside()).toEqual(['folder']);
  });

  it('removes what processes that died left beside it, and nothing that one may be filling', async () => {
    const hours = { 'dead.partial': 2, 'alive.partial': 0, 'other version': 24, unused: 8 * 24 };
    for (const [name, age] of Object.entries(hours)) {
      const other = path.join(path.dirname(folder), name);
      await mkdir(other, { recursive: true });
      const then = new Date(Date.now() - age * 60 * 60 * 1000);
      await utimes(other, then, then);
    }
    await makeWholeFolder(folder, filledWith('one'), isThere);
    expect((await beside()).sort()).toEqual(['alive.partial', 'folder', 'other version']);
  });

  it('removes at once, and first, what a process left that is there no more', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const names = [
      `other.1.${pid}@${processSpace}`,
      `other.2.${process.ppid}@${processSpace}`,
      // Of a container that has this machine's name, and of another machine.
      ...[`other.3.${pid}@${hostname()}`, `other.4.${pid}@elsewhere`].slice(
        tellsContainers ? 0 : 1,
      ),
    ];
    for (const name of names)
      await mkdir(path.join(path.dirname(folder), `${name}.partial`), { recursive: true });
    await makeWholeFolder(
      folder,
      async (into) => {
        const left = (await beside()).filter((name) => name !== path.basename(into));
        expect(left.sort()).toEqual(names.slice(1).map((name) => `${name}.partial`));
      },
      isThere,
    );
  });
});
