import { stat, statfs, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Lies in a folder whose weights were not laid out for want of disk space; its time says when that was tried last. */
const NOTE = 'no-room';

/** How long it is not tried again: it takes as long as unpacking the model. */
const PATIENCE_MS = 24 * 60 * 60 * 1000;

/** What is written at once while weights are laid out, in times their own size: each matrix twice, by graph. */
const LAID_OUT = 2;
/** What unpacking and laying out anew takes at most: the weights, what ONNX Runtime writes, and the same once more aligned. */
const ALL = 1 + 2 * LAID_OUT;

/** Whether a folder's disk has too little left for what is written while its weights are laid out. */
export async function isShortOfRoom(folder: string, weights: string): Promise<boolean> {
  return !(await hasRoom(folder, LAID_OUT * (await stat(path.join(folder, weights))).size));
}

export const noteWantOfRoom = (folder: string): Promise<void> =>
  writeFile(path.join(folder, NOTE), '');

/**
 * Whether weights that were not laid out for want of room may be now: there is room, and it was not tried for a day. Who is
 * told so is to try, and nobody else is told for another day.
 *
 * @param weights name of the file, as it was unpacked
 */
export async function isWorthAnotherTry(folder: string, weights: string): Promise<boolean> {
  const note = path.join(folder, NOTE);
  try {
    const now = new Date();
    if (now.getTime() - (await stat(note)).mtimeMs < PATIENCE_MS) return false;
    const { size } = await stat(path.join(folder, weights));
    if (!(await hasRoom(folder, ALL * size))) return false;
    await utimes(note, now, now);
    return true;
  } catch {
    // There is no note, as everywhere but where there was no room.
    return false;
  }
}

/** @param bytes for this user */
async function hasRoom(folder: string, bytes: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize >= bytes;
}
