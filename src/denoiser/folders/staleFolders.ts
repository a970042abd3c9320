import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { processSpace } from './processSpace';

/** Ends the name of a folder that is being filled, or removed. */
const PARTIAL = '.partial';

/** A new place beside a folder for what this process fills, or removes; its name tells others whose it is. */
export const partialOf = (folder: string) =>
  `${folder}.${randomUUID()}.${process.pid}@${processSpace}${PARTIAL}`;

const HOUR_MS = 60 * 60 * 1000;
/** How long what nobody used is left alone: an editor may have it open for days. */
const UNUSED_MS = 7 * 24 * HOUR_MS;

/**
 * Notes that a folder is in use, and removes what other versions of it, or processes that died, left beside it; where it
 * cannot, it stays.
 */
export async function takeIntoUse(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now).catch(() => {});
  const beside = path.dirname(folder);
  for (const name of await readdir(beside).catch(() => [])) {
    const other = path.join(beside, name);
    const left = await stat(other).catch(() => undefined);
    if (other === folder || left === undefined) continue;
    const longest = name.endsWith(PARTIAL) ? HOUR_MS : UNUSED_MS;
    if (Date.now() - left.mtimeMs < longest && !isOfDeadProcess(name)) continue;
    await removeFolder(other);
  }
}

/** Whether a process began it that is there no more. Nothing is known of those of another machine or container. */
function isOfDeadProcess(name: string): boolean {
  const [, pid, space] = /\.(\d+)@(.*)\.partial$/.exec(name) ?? [];
  if (pid === undefined || space !== processSpace) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Removes a folder; where it cannot, such as while a file in it is in use, it stays. */
export async function removeFolder(folder: string): Promise<void> {
  // Renamed first, which fails then: so a folder is there whole or not at all.
  const going = partialOf(path.join(path.dirname(folder), 'removed'));
  await rename(folder, going)
    .then(() => rm(going, { recursive: true, force: true }))
    .catch(() => {});
}
