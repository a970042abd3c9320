import { type BigIntStats, fstat } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { FailureError, UsageError } from '../errors';
import { cannot } from './fileErrors';
import { STANDARD_STREAM } from './standardStreams';

/**
 * Refuses to write over a file that is read, whatever it is called: a link leads to it as well.
 *
 * @param written an option and its file, `read` likewise.
 * @throws {UsageError} where both are one file.
 */
export async function expectOtherFile(
  written: readonly [option: string, path: string],
  read: readonly [option: string, path: string],
): Promise<void> {
  const [one, other] = await Promise.all([
    stat(written[1], { bigint: true }).catch(() => undefined),
    fileRead(read[1]).catch(() => undefined),
  ]);
  if (one && other && one.dev === other.dev && one.ino === other.ino)
    throw new UsageError(`${written[0]} must be another file than ${read[0]}.`);
}

function fileRead(path: string): Promise<BigIntStats> {
  // A shell may have opened a file for it.
  return path === STANDARD_STREAM
    ? promisify(fstat)(process.stdin.fd, { bigint: true })
    : stat(path, { bigint: true });
}

/** Finds out before the work is done that its result could not be kept. @throws {FailureError} or, without a name, {UsageError} */
export async function expectWritable(path: string): Promise<void> {
  // As of a variable that is not set; its folder would be the working directory.
  if (path === '') throw new UsageError('The file to write has no name: give it one.');
  const refuse = cannot('write', path);
  const there = await stat(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : refuse(error),
  );
  if (there?.isDirectory()) throw new FailureError(`Cannot write ${path}: it is a folder.`);
  await access(there ? path : dirname(path), constants.W_OK).catch(refuse);
}
