import { removeWritten, renameWritten } from './heldFiles';
import { makeFolder } from './makeFolder';
import { partialOf, takeIntoUse } from './staleFolders';

/**
 * Makes a folder that others find whole or not at all, whoever else is at it: a folder of its own is filled and then
 * renamed. Where another process was faster, its folder is the one.
 *
 * @param folder its place; folders beside it that are long out of use are removed
 * @param fill puts into a folder, which only this user can read, what there is to be
 * @param isThere whether the folder is there, and whole
 * @throws {Error} of `fill` or the file system, unless another process has made the folder
 */
export async function makeWholeFolder(
  folder: string,
  fill: (partial: string) => Promise<void>,
  isThere: () => Promise<boolean>,
): Promise<void> {
  // First, as what others left may take the room that this one needs.
  await takeIntoUse(folder);
  const partial = partialOf(folder);
  await makeFolder(partial, 0o700);
  try {
    await fill(partial);
    await renameWritten(partial, folder);
  } catch (error) {
    if (!(await isThere())) throw error;
  } finally {
    // What is held for longer is removed when this process is gone: see `takeIntoUse`.
    await removeWritten(partial).catch(() => {});
  }
}
