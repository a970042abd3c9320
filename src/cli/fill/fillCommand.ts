import type { Trace, TraceOutcome } from '../../diffusion/trace/trace';
import { doubtsAbout, type EngineClient, isHole } from '../../engine/client';
import type { FillRequest, ModelStatus } from '../../engine/protocol/messages';
import { type EngineOptions, type Surroundings, withEngine } from '../engineSession';
import { exitCodes, StoppedError, UsageError } from '../errors';
import { brokenBy, lineBreakOf } from '../files/lineBreaks';
import { expectOtherFile, expectWritable } from '../files/outputFile';
import { STANDARD_STREAM } from '../files/standardStreams';
import { readTextFile } from '../files/textFile';
import { idleOptionNotes } from '../options/idleOptions';
import { checkModelLimits } from '../options/modelLimits';
import { samplerFrom } from '../options/sampler';
import { colorsFor, writeLine } from '../output';
import { type EndedRun, runFill } from '../run';
import { stoppable } from '../stopSignal';
import {
  type BranchOptions,
  branchedRequest,
  branchStart,
  checkBranch,
  checkModelOf,
  checkPlaceOf,
  runToBranch,
} from './branch';
import { fillNotes } from './fillNotes';
import { checkRequestOptions, type RequestOptions, requestFor } from './fillRequest';
import { spanNotes } from './spanNotes';
import { cutAtSpans, holeSpans, inDocumentOrder, parseSpan, type SpanArgument } from './spans';
import { writeTrace } from './traceFile';
import { Watcher } from './watcher';

/** What `unmask fill FILE` was told. */
export interface FillOptions extends EngineOptions, RequestOptions, BranchOptions {
  /** As typed, `L:C-L:C`. */
  readonly span: readonly string[];
  /** What stands where something is to be filled in. */
  readonly hole?: string | undefined;
  readonly json?: boolean | undefined;
  readonly watch?: boolean | undefined;
  /** Least milliseconds a step stays on the terminal. */
  readonly pace: number;
  readonly color: boolean;
  /** File to write the trace to; `-` has standard output take it in place of the fill, which is in it. */
  readonly trace?: string | undefined;
}

/** A minute; timers take far longer times for none at all. */
const LONGEST_PACE_MS = 60_000;

/**
 * Fills the spans of a file and prints the fill; the file itself stays as it is.
 *
 * @returns the exit code.
 */
export async function fillFile(
  path: string,
  options: FillOptions,
  surroundings: Surroundings,
): Promise<number> {
  await checkOptions(path, options);
  const planned = await plannedFill(path, options);
  const { spans, request, original } = planned;
  const { out, err } = surroundings;
  for (const note of idleOptionNotes(options)) await writeLine(err, note);
  return stoppable((signal) => {
    const watcher = options.watch
      ? new Watcher(err, options.pace, colorsFor(err, options.color), signal)
      : undefined;
    const work = async (client: EngineClient, model: ModelStatus) => {
      if (original) checkModelOf(original, model);
      else checkModelLimits(options, spans.length, model);
      const doubts = doubtsAbout(request, model.spanGap);
      for (const note of spanNotes(doubts, spans)) await writeLine(err, note);
      const start = original && (await branchStart(original, options, client));
      const ended = await runFill(client, start ? branchedRequest(request, start) : request, {
        signal,
        start,
        onProgress: (soFar) => watcher?.show(soFar),
        onEncoded: (done, of) => watcher?.read(done, of),
        onSweep: (done, of) => watcher?.count(done, of),
      }).finally(() => watcher?.finish());
      const { trace } = ended;
      const { outcome } = trace;
      if (outcome.kind !== 'finished') {
        if (options.trace) await writeTrace(options.trace, trace, out);
        throw new StoppedError('Stopped; the spans were not filled.');
      }
      if (options.trace !== STANDARD_STREAM)
        await writeLine(
          out,
          options.json
            ? JSON.stringify(summary(ended, outcome, planned, model))
            : labelled(outcome, planned),
        );
      // The fill comes first: it must not be lost with a trace that cannot be kept.
      if (options.trace) await writeTrace(options.trace, trace, out);
      const asked = request.search?.candidates ?? 1;
      for (const note of fillNotes(ended, outcome.texts, spans, asked, options.json === true))
        await writeLine(err, note);
      if (!signal.aborted || (request.search?.iterations ?? 0) === 0) return exitCodes.ok;
      await writeLine(err, 'Stopped; this is the best fill found by then.');
      return exitCodes.stopped;
    };
    // The engine's log would be drawn over.
    const view = watcher?.isLive && !options.verbose ? watcher : undefined;
    return withEngine(surroundings, options, signal, work, view);
  });
}

/** What can be known of the options before anything is read. @throws {UsageError} or, of a file that cannot be written, {FailureError} */
async function checkOptions(path: string, options: FillOptions): Promise<void> {
  const { span, hole, pace, trace, branch, json } = options;
  if (span.length === 0 && hole === undefined) {
    throw new UsageError('Say what to fill: --span LINE:COLUMN-LINE:COLUMN, or --hole MARKER.');
  }
  if (hole === '')
    throw new UsageError('--hole must be what stands where something is to be filled in: [MASK].');
  checkRequestOptions(options);
  if (pace < 0 || pace > LONGEST_PACE_MS)
    throw new UsageError(`--pace must be a number of milliseconds from 0 to ${LONGEST_PACE_MS}.`);
  if (path === STANDARD_STREAM && branch === STANDARD_STREAM)
    throw new UsageError('FILE and --branch cannot both be standard input: name a file for one.');
  if (trace === undefined) return;
  if (trace === STANDARD_STREAM) {
    if (json)
      throw new UsageError(
        '--trace - and --json both go to standard output: name a file to write the trace to.',
      );
    return;
  }
  await expectOtherFile(['--trace', trace], ['FILE', path]);
  if (branch !== undefined) await expectOtherFile(['--trace', trace], ['--branch', branch]);
  await expectWritable(trace);
}

/** A file with its spans, and what is asked for there. */
interface PlannedFill {
  readonly text: string;
  readonly spans: readonly SpanArgument[];
  /** See `CutText`. */
  readonly lineEnds: readonly string[];
  readonly request: FillRequest;
  /** The run that is to be branched. */
  readonly original: Trace | undefined;
}

/** @throws {UsageError} where the spans, or the branch, make no sense there; {FailureError} when a file cannot be read */
async function plannedFill(path: string, options: FillOptions): Promise<PlannedFill> {
  const { hole = '' } = options;
  const original = await runToBranch(options);
  const sampler = samplerFrom(options, original?.header.sampler);
  const given = options.span.map(parseSpan);
  const { text, language } = await readTextFile(path);
  const holes = options.hole === undefined ? [] : holeSpans(text, hole);
  const spans = inDocumentOrder([...given, ...holes]);
  const { context, spans: present, lineEnds } = cutAtSpans(text, spans);
  const cut = { context, spans: present.map((each) => (isHole(each, hole) ? '' : each)) };
  const blank = cut.spans.findIndex((each) => each.trim() === '');
  if (options.rewrite !== undefined && blank >= 0)
    throw new UsageError(
      `There is nothing to rewrite at ${spans[blank]?.typed}: leave --rewrite out to fill it.`,
    );
  const known = original ? original.header : { language, seed: undefined };
  const request = requestFor(cut, options.language ?? known.language, sampler, {
    ...options,
    seed: options.seed ?? known.seed,
  });
  if (original) {
    checkPlaceOf(original, request);
    checkBranch(original, options);
  }
  return { text, spans, lineEnds, request, original };
}

type Finished = Extract<TraceOutcome, { kind: 'finished' }>;

/** The bare fill. */
function labelled({ texts: fills }: Finished, { text, spans }: PlannedFill): string {
  const texts = fills.map((fill) => brokenBy(lineBreakOf(text), fill));
  if (texts.length === 1) return texts[0] ?? '';
  return texts.map((each, index) => `--- ${spans[index]?.typed}\n${each}`).join('\n');
}

/** What is printed as JSON: fills of whole spans, the line ends that they keep included. */
function summary(
  { trace: { header, steps, timings }, slots, candidates }: EndedRun,
  { texts, meanLogProb }: Finished,
  { text, lineEnds }: PlannedFill,
  model: ModelStatus,
): object {
  const lineBreak = lineBreakOf(text);
  const wholeSpans = (fills: readonly string[]) =>
    fills.map((fill, span) => `${brokenBy(lineBreak, fill)}${lineEnds[span]}`);
  return {
    texts: wholeSpans(texts),
    slots,
    steps: steps.length,
    ms: timings.totalMs,
    encodeMs: timings.encodeMs,
    stepsMs: timings.stepsMs,
    contextTokens: header.contextTokens,
    meanLogProb,
    candidates: candidates.map((each) => ({ ...each, texts: wholeSpans(each.texts) })),
    seed: header.seed,
    model: { name: model.name, version: model.version },
    executionProvider: model.executionProvider,
    precision: model.precision,
  };
}
