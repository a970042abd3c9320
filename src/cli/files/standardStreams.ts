import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { cannot } from './fileErrors';

/** What stands for standard input where a file to read is named, and for standard output where one to write is. */
export const STANDARD_STREAM = '-';

/** What a file that is read is called in messages. */
export const inputName = (path: string): string =>
  path === STANDARD_STREAM ? 'standard input' : path;

/**
 * All of a file, or of what standard input gives until its end.
 *
 * @throws {FailureError} when it cannot be read.
 */
export async function readInput(path: string): Promise<Buffer> {
  const read = path === STANDARD_STREAM ? buffer(process.stdin) : readFile(path);
  return read.catch(cannot('read', inputName(path)));
}
