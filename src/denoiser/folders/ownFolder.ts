import { lstat } from 'node:fs/promises';
import { makeFolder } from './makeFolder';

/**
 * Makes a folder of this user's own, if it is not there, where anyone may have made one of its name.
 *
 * @throws {Error} where it is somebody else's, or others could exchange what is in it; and the file system's
 */
export async function makeOwnFolder(folder: string): Promise<void> {
  await makeFolder(folder, 0o700);
  if (!(await isOwnFolder(folder))) throw new Error('others can write there, too');
}

/** Whether a folder is there, and this user's alone to change: no link to one, either. Windows gives each user one to begin with. */
export async function isOwnFolder(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  if (!found?.isDirectory()) return false;
  return !process.getuid || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
}
