import { readFile } from 'node:fs/promises';
import { branchOf, type SlotChange } from '../diffusion/branch';
import { resumeFrom } from '../diffusion/resume';
import { defaultSearch } from '../diffusion/search/settings';
import { TRACE_VERSION, type Trace } from '../diffusion/trace';
import type { EngineClient } from '../engine/client';
import type { FillRequest } from '../engine/protocol/messages';
import { FailureError, UsageError } from './errors';
import { reason } from './textFile';

/** Where and how a branch of a recorded run starts, as typed. */
export interface BranchOptions {
  /** File of the trace. */
  readonly branch?: string | undefined;
  /** Steps of it to keep; all of them when absent. */
  readonly at?: number | undefined;
  /** SLOT=TEXT, the text being one token. */
  readonly pin?: readonly string[] | undefined;
  readonly mask?: readonly number[] | undefined;
  readonly release?: readonly number[] | undefined;
}

/** @throws {UsageError} when slots are to be changed and there is no trace; {FailureError} when it cannot be read. */
export async function readTrace(options: BranchOptions): Promise<Trace | undefined> {
  const { branch, at, pin, mask, release } = options;
  if (branch === undefined) {
    if (at === undefined && !pin && !mask && !release) return undefined;
    throw new UsageError('Name the run to branch as well: --branch TRACE.json.');
  }
  const text = await readFile(branch, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new FailureError(`Cannot read ${branch}: ${reason(error)}.`);
  });
  try {
    const trace = JSON.parse(text) as Trace;
    if (trace.header.version === TRACE_VERSION && Array.isArray(trace.steps)) return trace;
  } catch {
    // Said below, as for JSON that is something else.
  }
  throw new FailureError(`${branch} is not a trace of this version; write one with --trace.`);
}

/**
 * The trace as far as it is kept, its slots changed.
 *
 * @throws {UsageError} when there is no such step or slot, or a pin is not one token.
 */
export async function branchStart(
  trace: Trace,
  { at = trace.steps.length, pin = [], mask = [], release = [] }: BranchOptions,
  client: Pick<EngineClient, 'tokenise'>,
): Promise<Trace> {
  const changes: SlotChange[] = [
    ...mask.map((slot) => ({ kind: 'remask' as const, slot })),
    ...release.map((slot) => ({ kind: 'unpin' as const, slot })),
  ];
  for (const typed of pin) changes.push(await pinned(typed, client));
  try {
    return branchOf(trace, at, changes);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function pinned(typed: string, client: Pick<EngineClient, 'tokenise'>): Promise<SlotChange> {
  const [, slot, text] = /^(\d+)=(.+)$/s.exec(typed) ?? [];
  if (!slot || !text) throw new UsageError(`“${typed}”: write a pin as SLOT=TEXT.`);
  const [token, ...more] = await client.tokenise(text);
  if (!token || more.length > 0) {
    const pieces = [token, ...more].map((each) => JSON.stringify(each?.text ?? '')).join(', ');
    throw new UsageError(
      `A slot holds one token, and the model reads “${text}” as ${1 + more.length}: ${pieces}. Pin them one by one.`,
    );
  }
  return { kind: 'pin', slot: Number(slot), token: token.token };
}

/** The request that goes on where the branch starts: one run, in the mode of the original. */
export function branchedRequest(request: FillRequest, start: Trace): FillRequest {
  const { header, steps } = start;
  return {
    ...request,
    mode: header.mode,
    search: { ...(request.search ?? defaultSearch), candidates: 1, iterations: 0 },
    resume: { slots: header.slots, from: resumeFrom(start, steps.length) },
  };
}
