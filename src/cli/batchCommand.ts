import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SamplerSettings } from '../diffusion/settings';
import type { EngineClient } from '../engine/client';
import { type BatchLine, BatchLineError, readBatchLine } from './batchLine';
import { requestOf } from './batchRequest';
import { type EngineOptions, type Surroundings, withEngine } from './engineSession';
import { exitCodes, FailureError, UsageError } from './errors';
import { checkRequestOptions, type RequestOptions } from './fillRequest';
import { byteLines } from './jsonLines';
import { brokenBy, candidatesBrokenBy, lineBreakOf } from './lineBreaks';
import { writeLine } from './output';
import { runFill } from './run';
import { samplerFrom } from './sampler';
import { stoppable } from './stopSignal';
import { reason } from './textFile';

/** What `unmask fill --batch` was told. */
export interface BatchOptions extends EngineOptions, RequestOptions {
  /** JSONL file to write; standard output when absent. */
  readonly out?: string | undefined;
}

/**
 * Fills every line of a JSONL file, one by one and in order, writing one line for each.
 * A line that cannot be filled becomes `{"id","error"}`; only a broken file, engine or model ends the batch.
 *
 * @returns the exit code.
 */
export async function fillBatch(
  path: string,
  options: BatchOptions,
  surroundings: Surroundings,
): Promise<number> {
  checkRequestOptions(options);
  const sampler = samplerFrom(options);
  if (options.out !== undefined && resolve(options.out) === resolve(path)) {
    throw new UsageError('--out must be another file than --batch.');
  }
  const input = await openFile(path, 'r');
  const output = options.out === undefined ? undefined : await openFile(options.out, 'w');
  const write = async (line: object): Promise<void> => {
    const json = JSON.stringify(line);
    if (output) await output.appendFile(`${json}\n`);
    else await writeLine(surroundings.out, json);
  };
  try {
    return await stoppable((signal) =>
      withEngine(surroundings, options, async (client) => {
        const counts = { filled: 0, failed: 0 };
        for await (const line of byteLines(input.createReadStream({ autoClose: false }))) {
          const answer = await answerTo(line, client, sampler, options, signal);
          if (signal.aborted) break;
          if (!answer) continue;
          await write(answer);
          counts['error' in answer ? 'failed' : 'filled'] += 1;
        }
        const said = `${counts.filled} filled, ${counts.failed} with an error`;
        await writeLine(surroundings.err, signal.aborted ? `Stopped: ${said}.` : `${said}.`);
        return signal.aborted ? exitCodes.stopped : exitCodes.ok;
      }),
    );
  } finally {
    await Promise.all([input.close(), output?.close()]);
  }
}

/** The line to write for a line read; undefined for a blank or a stopped one. */
async function answerTo(
  bytes: Uint8Array,
  client: EngineClient,
  sampler: SamplerSettings,
  options: BatchOptions,
  signal: AbortSignal,
): Promise<object | undefined> {
  let line: BatchLine | undefined;
  try {
    line = readBatchLine(bytes);
    if (!line) return undefined;
    const request = requestOf(line, sampler, options);
    const ended = await runFill(client, request, { signal });
    const { slots, steps, calls, outcome, timings, candidates } = ended;
    if (outcome.kind !== 'finished') return undefined;
    const lineBreak = lineBreakOf(request.context.join(''));
    const texts = outcome.texts.map((text) => brokenBy(lineBreak, text));
    return {
      id: line.id,
      ...(line.between ? { texts } : { text: texts[0] ?? '' }),
      slots,
      steps: steps.length,
      calls,
      ms: timings.totalMs,
      meanLogProb: outcome.meanLogProb,
      newErrors: candidates[0]?.newErrors ?? null,
      ...(request.search?.candidates === 1
        ? {}
        : { candidates: candidatesBrokenBy(lineBreak, candidates) }),
    };
  } catch (error) {
    const id = error instanceof BatchLineError ? error.id : (line?.id ?? null);
    return { id, error: (error as Error).message };
  }
}

async function openFile(path: string, flags: 'r' | 'w'): Promise<FileHandle> {
  const verb = flags === 'r' ? 'read' : 'write';
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    throw new FailureError(`Cannot ${verb} ${path}: ${reason(error)}.`);
  });
  if ((await file.stat()).isDirectory()) {
    await file.close();
    throw new FailureError(`Cannot ${verb} ${path}: it is a folder.`);
  }
  return file;
}
