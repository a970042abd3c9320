import { rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** As long as VS Code waits. */
const LONGEST_MS = 60_000;
const PAUSE_MS = 100;

/** What Windows says while somebody has a file open, or one in a folder. */
const HELD = ['EACCES', 'EBUSY', 'EPERM'];

/**
 * Renames what was written just now; a file of the new name gives way. On Windows this is refused while a virus scanner or an
 * indexer reads any of it, as they do with what is new: then it is tried again, for a minute at most.
 *
 * @throws {Error} the file system's
 */
export async function renameWritten(from: string, to: string): Promise<void> {
  const until = performance.now() + (process.platform === 'win32' ? LONGEST_MS : 0);
  for (;;) {
    try {
      return await rename(from, to);
    } catch (error) {
      const isHeld = HELD.includes((error as NodeJS.ErrnoException).code ?? '');
      // A folder in the way is refused in the same words, and stays there.
      if (!isHeld || performance.now() >= until || (await isFolder(to))) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

/** Removes what was written just now, with the same patience, if it is there; for some seconds. @throws {Error} the file system's */
export const removeWritten = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 10 });

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
