import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder, and those it lies in that are not there. Node's own `recursive` tries for ever where a folder can neither
 * be found nor made, as in `/proc` (Node 20).
 *
 * @throws {Error} the file system's
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  const make = () => mkdir(folder, { mode }).catch(unlessThere(folder));
  await make().catch(async (error: NodeJS.ErrnoException) => {
    const parent = path.dirname(folder);
    if (error.code !== 'ENOENT' || parent === folder) throw error;
    await makeFolder(parent, mode);
    await make();
  });
}

const unlessThere = (folder: string) => async (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EEXIST' || !(await stat(folder)).isDirectory()) throw error;
};
