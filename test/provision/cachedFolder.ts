import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where everything provisioned lives: ignored by git, safe to delete at any time. */
const cacheRoot = fileURLToPath(new URL('../../.provision/', import.meta.url));

/**
 * Returns a folder that `fill` has filled, now or in an earlier run.
 *
 * The work happens in a sibling folder that is renamed once it is complete, so an interrupted run leaves
 * nothing that a later run could mistake for the real thing, and two processes may provision at once.
 *
 * @param name what the folder holds, e.g. `browser`
 * @param key changes whenever `fill` would produce something else (versions, recipe)
 * @throws whatever `fill` throws; nothing is kept then
 */
export async function cachedFolder(
  name: string,
  key: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = path.join(cacheRoot, `${name}-${key}`);
  if (existsSync(folder)) return folder;

  await mkdir(cacheRoot, { recursive: true });
  await removeAbandoned();
  const unfinished = await mkdtemp(path.join(cacheRoot, `unfinished-${process.pid}-`));
  try {
    await fill(unfinished);
    await rename(unfinished, folder).catch((error: NodeJS.ErrnoException) => {
      // Another process was quicker; its folder is as good as ours.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

async function removeAbandoned(): Promise<void> {
  for (const entry of await readdir(cacheRoot)) {
    const owner = /^unfinished-(\d+)-/.exec(entry)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    await rm(path.join(cacheRoot, entry), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
