import { chmod, mkdir, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openableFolder } from '../../../src/denoiser/unpacked/unpacked';
import { findUnpacked, packed, useCache, useOwnCache } from './ownCache';

const own = useOwnCache();

describe('a variant that is unpacked', () => {
  it.each([
    { cache: 'file', is: 'a file' },
    // Nothing can be made there, and nothing found: Node would try for ever.
    ...(process.platform === 'linux' ? [{ cache: '/proc/nope', is: 'what can never be' }] : []),
  ])('goes to the temporary folder where the cache is $is', async ({ cache }) => {
    await writeFile(path.join(own.place, 'file'), '');
    useCache(path.resolve(own.place, cache));
    vi.stubEnv('TMPDIR', path.join(own.place, 'temporary'));
    vi.stubEnv('TEMP', path.join(own.place, 'temporary'));
    const { model, variant } = await packed();
    expect(await openableFolder(model, variant)).toContain(path.join(own.place, 'temporary'));
  });

  it.runIf(process.getuid)(
    'leaves a temporary folder alone that others can write to: it may lead anywhere',
    async () => {
      await writeFile(path.join(own.place, 'file'), '');
      useCache(path.join(own.place, 'file'));
      vi.stubEnv('TMPDIR', own.place);
      const { model, variant } = await packed();
      const theirs = path.join(own.place, `unmask-${process.getuid!()}`);
      const documents = path.join(own.place, 'documents');
      await mkdir(theirs);
      await chmod(theirs, 0o777);
      await mkdir(path.join(documents, 'old'), { recursive: true });
      await utimes(path.join(documents, 'old'), new Date(0), new Date(0));
      await symlink(documents, path.join(theirs, model.manifest.name));
      await expect(openableFolder(model, variant)).rejects.toThrow('others can write there, too');
      expect(await readdir(documents)).toEqual(['old']);
    },
  );

  it('is not taken from a folder that somebody else has made', async () => {
    const { model, variant } = await packed();
    const folder = await openableFolder(model, variant);
    vi.spyOn(process, 'getuid').mockReturnValue(4711);
    expect(await findUnpacked(model, variant)).toBeUndefined();
    vi.restoreAllMocks();
    expect(await findUnpacked(model, variant)).toBe(folder);
  });

  it('says what to do where nothing can be written', async () => {
    const file = path.join(own.place, 'file');
    await writeFile(file, '');
    useCache(file);
    vi.stubEnv('TMPDIR', file);
    vi.stubEnv('TEMP', file);
    const { model, variant } = await packed();
    await expect(openableFolder(model, variant)).rejects.toThrow(
      /tiny-adapted could not be unpacked .* has to be writable and have room for it/,
    );
  });

  it('leaves what others made alone for a week, and what they never finished for an hour', async () => {
    const { model, variant } = await packed();
    const beside = path.join(own.place, 'unmask', 'tiny-adapted');
    const hours = { fresh: 0, used: 24, old: 8 * 24, 'fresh.partial': 0, 'old.partial': 2 };
    for (const [name, age] of Object.entries(hours)) {
      await mkdir(path.join(beside, name), { recursive: true });
      const then = new Date(Date.now() - age * 60 * 60 * 1000);
      await utimes(path.join(beside, name), then, then);
    }
    const made = await openableFolder(model, variant);
    const left = [path.basename(made), 'fresh', 'used', 'fresh.partial'].sort();
    expect((await readdir(beside)).sort()).toEqual(left);

    const then = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(path.join(beside, 'fresh.partial'), then, then);
    await utimes(made, then, then);
    expect(await openableFolder(model, variant)).toBe(made);
    expect((await readdir(beside)).sort()).toEqual(left.filter((name) => name !== 'fresh.partial'));
    expect(Date.now() - (await stat(made)).mtimeMs).toBeLessThan(60_000);
  });
});

it('says why where what does the unpacking fails, in both places', async () => {
  const { model, variant } = await packed();
  vi.stubEnv('TMPDIR', own.place);
  vi.stubEnv('TEMP', own.place);
  const fails = async () => {
    throw new Error('no space left');
  };
  await expect(openableFolder(model, variant, fails)).rejects.toThrow(
    /no space left; .*no space left\)\. One of these folders/,
  );
});
