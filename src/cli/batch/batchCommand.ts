import { type FileHandle, open } from 'node:fs/promises';
import type { Trace } from '../../diffusion/trace/trace';
import type { EngineClient } from '../../engine/client';
import { type EngineOptions, type Surroundings, withEngine } from '../engineSession';
import { exitCodes } from '../errors';
import { cannot } from '../files/fileErrors';
import { brokenBy, candidatesBrokenBy, lineBreakOf } from '../files/lineBreaks';
import { expectOtherFile, expectWritable } from '../files/outputFile';
import { STANDARD_STREAM } from '../files/standardStreams';
import { checkRequestOptions, type RequestOptions } from '../fill/fillRequest';
import type { NoteLanguage } from '../languageNotes';
import { idleOptionNotes } from '../options/idleOptions';
import { samplerFrom } from '../options/sampler';
import { writeLine } from '../output';
import { runFill } from '../run';
import { stoppable } from '../stopSignal';
import { type BatchLine, BatchLineError, readBatchLine } from './batchLine';
import { requestOf } from './batchRequest';
import { chunksOf, openInput } from './inputStream';
import { byteLines } from './jsonLines';
import { TraceFolder } from './traceFolder';

/** What `unmask fill --batch` was told. */
export interface BatchOptions extends EngineOptions, RequestOptions {
  /** JSONL file to write; standard output when absent, or `-`. */
  readonly out?: string | undefined;
  /** Folder to write the trace of every line to. */
  readonly trace?: string | undefined;
}

/**
 * Fills every line of a JSONL file, one by one and in order, writing one line for each.
 * A line that cannot be filled becomes `{"id","error"}`, `{"line","error"}` where it has no id, also where the engine crashes
 * at it: the next goes to another engine. What ends the batch is a model that cannot be loaded to begin with, a file that
 * cannot be read or written, and a reader of standard output that has gone. What `--out` held before is kept until the model
 * is there. An answer is written before its trace: it must not be lost with one that cannot be kept.
 *
 * @returns the exit code.
 */
export async function fillBatch(
  path: string,
  options: BatchOptions,
  surroundings: Surroundings,
): Promise<number> {
  checkRequestOptions(options);
  // A sampler that no line could have ends the batch before its first.
  samplerFrom(options);
  const out = options.out === STANDARD_STREAM ? undefined : options.out;
  if (out !== undefined) {
    await expectOtherFile(['--out', out], ['--batch', path]);
    await expectWritable(out);
  }
  const read = ['--batch', path] as const;
  const written = out === undefined ? [] : [['--out', out] as const];
  const traces =
    options.trace === undefined
      ? undefined
      : await TraceFolder.open(options.trace, [read, ...written]);
  const input = await openInput(path);
  for (const note of idleOptionNotes(options)) await writeLine(surroundings.err, note);
  let output: FileHandle | undefined;
  /** Whether the lines still go anywhere. */
  const write = async (line: object): Promise<boolean> => {
    const json = JSON.stringify(line);
    if (!output) return writeLine(surroundings.out, json);
    await output.appendFile(`${json}\n`).catch(cannot('write', out!));
    return true;
  };
  try {
    return await stoppable((signal) =>
      withEngine(surroundings, options, signal, async (client, _, noteLanguage) => {
        const work = { client, options, signal, noteLanguage, traces };
        if (out !== undefined) output = await open(out, 'w').catch(cannot('write', out));
        const counts = { filled: 0, failed: 0 };
        let number = 0;
        for await (const line of byteLines(chunksOf(input, signal))) {
          const answered = await answerTo(line, ++number, work);
          if (signal.aborted) break;
          if (!answered) continue;
          const { answer, kept } = answered;
          counts['error' in answer ? 'failed' : 'filled'] += 1;
          const isRead = await write(answer);
          if (kept) await traces?.write(kept.file, kept.trace);
          if (!isRead) break;
        }
        const said = `${counts.filled} filled, ${counts.failed} with an error`;
        await writeLine(surroundings.err, signal.aborted ? `Stopped: ${said}.` : `${said}.`);
        if (signal.aborted) return exitCodes.stopped;
        return counts.failed > 0 ? exitCodes.failure : exitCodes.ok;
      }),
    );
  } finally {
    input.destroy();
    await output?.close();
  }
}

/** What every line of a batch is filled with. */
interface BatchWork {
  readonly client: EngineClient;
  readonly options: BatchOptions;
  readonly signal: AbortSignal;
  readonly noteLanguage: NoteLanguage;
  readonly traces: TraceFolder | undefined;
}

interface Answered {
  /** The line to write. */
  readonly answer: object;
  /** The trace to keep, and where. */
  readonly kept?: { readonly file: string; readonly trace: Trace } | undefined;
}

/** What a line that was read comes to; undefined for a blank or a stopped one. */
async function answerTo(
  bytes: Uint8Array,
  number: number,
  { client, options, signal, noteLanguage, traces }: BatchWork,
): Promise<Answered | undefined> {
  let line: BatchLine | undefined;
  try {
    line = readBatchLine(bytes);
    if (!line) return undefined;
    noteLanguage(line.language);
    const request = requestOf(line, options);
    const file = await traces?.fileFor(line.id);
    const { trace, slots, calls, candidates } = await runFill(client, request, { signal });
    const { steps, outcome, timings } = trace;
    if (outcome.kind !== 'finished') return undefined;
    const lineBreak = lineBreakOf(request.context.join(''));
    const texts = outcome.texts.map((text) => brokenBy(lineBreak, text));
    const answer = {
      id: line.id,
      ...(line.between ? { texts } : { text: texts[0] ?? '' }),
      slots,
      steps: steps.length,
      calls,
      ms: timings.totalMs,
      meanLogProb: outcome.meanLogProb,
      newErrors: candidates[0]?.newErrors ?? null,
      seed: request.seed,
      ...(request.search?.candidates === 1
        ? {}
        : { candidates: candidatesBrokenBy(lineBreak, candidates) }),
    };
    return { answer, kept: file === undefined ? undefined : { file, trace } };
  } catch (error) {
    const id = error instanceof BatchLineError ? error.id : (line?.id ?? null);
    const answer = {
      ...(id === null ? { line: number } : { id }),
      error: (error as Error).message,
    };
    return { answer };
  }
}
