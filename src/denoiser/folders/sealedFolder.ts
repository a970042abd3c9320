import { createHash } from 'node:crypto';
import { open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Says of each file of a folder how large it is, and of the smaller ones what they are. */
const SEAL = 'seal.json';

/** Graphs are smaller, weights are larger; those are held against what they predict. */
const HASHED_BYTES = 16 * 1024 * 1024;

type Seal = Record<string, { readonly bytes: number; readonly sha256?: string }>;

/** Brings what was written into a folder to the disk, and notes what it is, so that a loss of power or a cleaner is noticed. */
export async function sealFolder(folder: string): Promise<void> {
  const seal: Seal = {};
  for (const name of await readdir(folder)) {
    const file = await open(path.join(folder, name), 'r+');
    try {
      await file.sync();
      const { size: bytes } = await file.stat();
      seal[name] =
        bytes > HASHED_BYTES ? { bytes } : { bytes, sha256: sha256(await file.readFile()) };
    } finally {
      await file.close();
    }
  }
  await writeFile(path.join(folder, SEAL), JSON.stringify(seal), { flush: true });
}

/** Whether a folder holds the files it was sealed with, as large as they were. */
export function isWhole(folder: string): Promise<boolean> {
  return agrees(folder, async (file, { bytes }) => (await stat(file)).size === bytes);
}

/** Whether those of its files that are not large are the very same still. */
export function isAsSealed(folder: string): Promise<boolean> {
  return agrees(
    folder,
    async (file, seal) => !seal.sha256 || sha256(await readFile(file)) === seal.sha256,
  );
}

async function agrees(
  folder: string,
  holds: (file: string, seal: Seal[string]) => Promise<boolean>,
): Promise<boolean> {
  try {
    const seal: Seal = JSON.parse(await readFile(path.join(folder, SEAL), 'utf8'));
    for (const [name, of] of Object.entries(seal))
      if (!(await holds(path.join(folder, name), of))) return false;
    return true;
  } catch {
    return false;
  }
}

const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');
