import { readFile } from 'node:fs/promises';
import { readTrace } from '../../diffusion/trace/readTrace';
import type { Trace } from '../../diffusion/trace/trace';
import { FailureError } from '../errors';
import { cannot } from '../files/fileErrors';

/** Reads a trace that `--trace` wrote. @throws {FailureError} when it cannot be read, or is something else. */
export async function readTraceFile(path: string): Promise<Trace> {
  const trace = readTrace(await readFile(path, 'utf8').catch(cannot('read', path)));
  if (trace) return trace;
  throw new FailureError(`${path} is not a trace of this version; write one with --trace.`);
}
