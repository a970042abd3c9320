import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { UsageError } from '../errors';
import { cannot } from './fileErrors';

/** What stands for standard input where a file to read is named, and for standard output where one to write is. */
export const STANDARD_STREAM = '-';

/** What a file that is read is called in messages. */
export const inputName = (path: string): string =>
  path === STANDARD_STREAM ? 'standard input' : path;

/** Refuses a name that is empty, as of a variable that is not set. @throws {UsageError} */
export function expectInputNamed(path: string): void {
  if (path === '') throw new UsageError('The file to read has no name: give it one.');
}

/**
 * All of a file, or of what standard input gives until its end.
 *
 * @throws {FailureError} when it cannot be read, or, without a name, {UsageError}
 */
export async function readInput(path: string): Promise<Buffer> {
  expectInputNamed(path);
  const read = path === STANDARD_STREAM ? buffer(process.stdin) : readFile(path);
  return read.catch(cannot('read', inputName(path)));
}
