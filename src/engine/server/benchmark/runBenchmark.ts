import { type LoadedModel, RequestError } from '../../../denoiser';
import type {
  BenchmarkProgress,
  BenchmarkReport,
  BenchmarkRequest,
  CaseSample,
  EncodeSample,
  MemoryUse,
} from '../../protocol/benchmark';
import { readMessages } from '../interruptible';
import { openFloors } from './floors';
import { measureMemory } from './memoryProcess';
import { type Bench, caseSample, encodeSample, fillsOf } from './samples';
import { type Work, workOf } from './work';

/** The part of a report that is measured. */
export type Measurements = Pick<BenchmarkReport, 'memory' | 'contexts' | 'cases' | 'remarks'>;

/**
 * Measures a model: all variants of all cases one after another, and that over and over, so that whatever else the
 * machine does hits all of them alike.
 *
 * @returns undefined when stopped
 * @throws {RequestError} where nothing of it can be measured
 */
export async function runBenchmark(
  model: LoadedModel,
  request: BenchmarkRequest,
  onProgress: (progress: Omit<BenchmarkProgress, 'run'>) => void,
  signal: AbortSignal,
): Promise<Measurements | undefined> {
  const work = workOf(model, request);
  if (work.cases.length === 0)
    throw new RequestError(`There is nothing to measure. ${work.remarks.join(' ')} Ask for less.`);
  const perRound = work.encoded.length + work.cases.length;
  const total = 1 + work.cases.length + 1 + request.rounds * perRound;
  let done = 0;
  /** Whether to go on. */
  const next = async (label: string): Promise<boolean> => {
    onProgress({ done: done++, total, label });
    await readMessages();
    return !signal.aborted;
  };

  if (!(await next('Measuring the memory of an engine'))) return undefined;
  const { memory, remarks } = await memoryOf(model, request, signal);
  if (!(await next('Preparing the floor'))) return undefined;
  const floors = await openFloors(model, work);
  try {
    const bench: Bench = { model, request, work, floors, signal };
    for (const each of work.cases) {
      if (!(await next('Warming up'))) return undefined;
      await fillsOf(bench, each, 0);
    }
    const measured = await roundsOf(bench, next);
    const allRemarks = [...remarks, ...onFamily(model, work), ...work.remarks, ...floors.remarks];
    return measured && { memory, ...measured, remarks: allRemarks };
  } finally {
    await floors.dispose();
  }
}

/** What a model has nothing to do with, in sentences. */
function onFamily({ model }: LoadedModel, { encoded }: Work): readonly string[] {
  if (encoded.length > 0) return [];
  return [
    `${model.manifest.name} reads its whole text in every step. So nothing was measured of what an encoded context is ` +
      'good for: the encode, a loop without it, decoding from left to right with it, and a second fill.',
  ];
}

/** @param next announces what comes and tells whether to go on */
async function roundsOf(
  bench: Bench,
  next: (label: string) => Promise<boolean>,
): Promise<Pick<Measurements, 'contexts' | 'cases'> | undefined> {
  const { model, work, floors } = bench;
  const { rounds } = bench.request;
  const encodes = work.encoded.map((): EncodeSample[] => []);
  const samples = work.cases.map((): CaseSample[] => []);
  const cacheBytes = work.encoded.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    const label = `Round ${round + 1} of ${rounds}`;
    for (const [i, context] of work.contexts.entries()) {
      if (work.encoded.includes(context)) {
        if (!(await next(label))) return undefined;
        encodes[i]!.push(await encodeSample(bench, i, round));
        cacheBytes[i] = model.contextCache.bytes;
      }
      for (const [j, each] of work.cases.entries()) {
        if (each.context !== context) continue;
        if (!(await next(label))) return undefined;
        const sample = await caseSample(bench, j, round);
        if (!sample) return undefined;
        samples[j]!.push(sample);
      }
    }
  }
  return {
    contexts: work.encoded.map((asked, i) => ({
      asked,
      cacheBytes: cacheBytes[i]!,
      operations: floors.encode?.operations[i] ?? null,
      samples: encodes[i]!,
    })),
    cases: work.cases.map((each, j) => ({
      ...each,
      stepOperations: floors.step?.operations[j] ?? null,
      samples: samples[j]!,
    })),
  };
}

/** Null where it cannot be measured, with the reason in a sentence, or was not asked for. */
async function memoryOf(
  { model, graphs }: LoadedModel,
  { memory: work, text, language }: BenchmarkRequest,
  signal: AbortSignal,
): Promise<{ memory: MemoryUse | null; remarks: readonly string[] }> {
  if (!work) return { memory: null, remarks: [] };
  const { folder } = model;
  const { executionProvider, threads } = graphs;
  try {
    const { contextLength, name } = model.manifest;
    if (work.context > contextLength)
      throw new Error(`${name} reads at most ${contextLength} tokens`);
    const request = { folder, executionProvider, threads, work, text, language };
    return (await measureMemory(request, signal)) ?? { memory: null, remarks: [] };
  } catch (error) {
    const reason = (error as Error).message.replace(/\.$/, '');
    return { memory: null, remarks: [`The engine’s memory was not measured: ${reason}.`] };
  }
}
