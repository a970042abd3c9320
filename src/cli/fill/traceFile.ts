import { writeFile } from 'node:fs/promises';
import { readTrace } from '../../diffusion/trace/readTrace';
import type { Trace } from '../../diffusion/trace/trace';
import { FailureError } from '../errors';
import { cannot } from '../files/fileErrors';
import { inputName, readInput, STANDARD_STREAM } from '../files/standardStreams';
import { type Output, writeLine } from '../output';

/** Reads a trace that `--trace` wrote. @throws {FailureError} when it cannot be read, or is something else. */
export async function readTraceFile(path: string): Promise<Trace> {
  // Without a byte-order mark, which PowerShell puts before what it writes to a file.
  const text = new TextDecoder().decode(await readInput(path));
  try {
    return readTrace(text);
  } catch (error) {
    throw new FailureError(
      `${inputName(path)} is not a trace of this version (${(error as Error).message}); write one with --trace.`,
    );
  }
}

/** @throws {FailureError} when the file cannot be written */
export async function writeTraceFile(path: string, trace: Trace): Promise<void> {
  await writeFile(path, `${JSON.stringify(trace)}\n`).catch(cannot('write', path));
}

/**
 * @param path `-` for standard output
 * @throws {FailureError} when the file cannot be written
 */
export async function writeTrace(path: string, trace: Trace, out: Output): Promise<void> {
  if (path === STANDARD_STREAM) await writeLine(out, JSON.stringify(trace));
  else await writeTraceFile(path, trace);
}
