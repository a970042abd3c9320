import { createReadStream, fstatSync, open } from 'node:fs';
import { Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import { isatty, ReadStream as TerminalStream } from 'node:tty';
import { promisify } from 'node:util';
import { FailureError } from '../errors';
import { cannot } from '../files/fileErrors';
import { expectInputNamed, STANDARD_STREAM } from '../files/standardStreams';

const openFile = promisify(open);

/**
 * Opens what is read line by line: a file, a pipe or a terminal; `-` is standard input.
 *
 * @throws {FailureError} when it cannot be read, or, without a name, {UsageError}
 */
export async function openInput(path: string): Promise<Readable> {
  if (path === STANDARD_STREAM) return process.stdin;
  expectInputNamed(path);
  const fd = await openFile(path, 'r').catch(cannot('read', path));
  const stat = fstatSync(fd);
  // As files, these would be read on a thread that waits for more, and the process would not even exit before there is some.
  if (stat.isFIFO()) return new Socket({ fd, writable: false });
  if (isatty(fd)) return new TerminalStream(fd);
  const stream = createReadStream(path, { fd });
  if (!stat.isDirectory()) return stream;
  stream.destroy();
  throw new FailureError(`Cannot read ${path}: it is a folder.`);
}

/** What is read until the end, or until it is to stop. */
export async function* chunksOf(input: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* addAbortSignal(signal, input);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
