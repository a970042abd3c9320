import { open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Says how large each file of a folder is. */
const SEAL = 'sizes.json';

/** Brings what was written into a folder to the disk, and notes what it is, so that a loss of power or a cleaner is noticed. */
export async function sealFolder(folder: string): Promise<void> {
  const sizes: Record<string, number> = {};
  for (const name of await readdir(folder)) {
    const file = await open(path.join(folder, name), 'r+');
    try {
      await file.sync();
      sizes[name] = (await file.stat()).size;
    } finally {
      await file.close();
    }
  }
  await writeFile(path.join(folder, SEAL), JSON.stringify(sizes), { flush: true });
}

/** Whether a folder holds the files it was sealed with, as large as they were. */
export async function isWhole(folder: string): Promise<boolean> {
  try {
    const sizes: Record<string, number> = JSON.parse(
      await readFile(path.join(folder, SEAL), 'utf8'),
    );
    for (const [name, size] of Object.entries(sizes))
      if ((await stat(path.join(folder, name))).size !== size) return false;
    return true;
  } catch {
    return false;
  }
}
