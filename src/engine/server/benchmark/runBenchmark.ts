import type { LoadedModel } from '../../../denoiser';
import { defaultSearch } from '../../../diffusion/search/settings';
import type {
  BenchmarkProgress,
  BenchmarkReport,
  BenchmarkRequest,
  CaseSample,
  EncodeSample,
  MemoryUse,
} from '../../protocol/benchmark';
import { readMessages } from '../interruptible';
import { leftToRight, naiveLoop } from './comparisons';
import { sampleFill } from './fillSample';
import { type Floors, openFloors } from './floors';
import { measureMemory } from './memoryProcess';
import { measuredSamplers } from './samplers';
import { type Case, type Work, workOf } from './work';

/** The part of a report that is measured. */
export type Measurements = Pick<BenchmarkReport, 'memory' | 'contexts' | 'cases' | 'remarks'>;

/**
 * Measures a model: all variants of all cases one after another, and that over and over, so that whatever else the
 * machine does hits all of them alike.
 *
 * @returns undefined when stopped
 */
export async function runBenchmark(
  model: LoadedModel,
  request: BenchmarkRequest,
  onProgress: (progress: Omit<BenchmarkProgress, 'run'>) => void,
  signal: AbortSignal,
): Promise<Measurements | undefined> {
  const work = workOf(model, request);
  const perRound = work.contexts.length + work.cases.length;
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
  for (const each of work.cases) {
    if (!(await next('Warming up'))) return undefined;
    await fillsOf(model, request, work, each, 0, signal);
  }
  if (!(await next('Preparing the floor'))) return undefined;
  const floors = await openFloors(model, work);
  try {
    const encodes = work.contexts.map((): EncodeSample[] => []);
    const samples = work.cases.map((): CaseSample[] => []);
    const cacheBytes = work.contexts.map(() => 0);
    for (let round = 0; round < request.rounds; round++) {
      const label = `Round ${round + 1} of ${request.rounds}`;
      for (const [i, context] of work.contexts.entries()) {
        if (!(await next(label))) return undefined;
        encodes[i]!.push(await encodeSample(model, work, floors, i, round));
        cacheBytes[i] = model.contextCache.bytes;
        for (const [j, each] of work.cases.entries()) {
          if (each.context !== context) continue;
          if (!(await next(label))) return undefined;
          const sample = await caseSample(model, request, work, floors, j, round, signal);
          if (!sample) return undefined;
          samples[j]!.push(sample);
        }
      }
    }
    return {
      memory,
      contexts: work.contexts.map((asked, i) => ({
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
      remarks: [...remarks, ...work.remarks, ...floors.remarks],
    };
  } finally {
    await floors.dispose();
  }
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
    return { memory: (await measureMemory(request, signal)) ?? null, remarks: [] };
  } catch (error) {
    const reason = (error as Error).message.replace(/\.$/, '');
    return { memory: null, remarks: [`The engine’s memory was not measured: ${reason}.`] };
  }
}

async function encodeSample(
  model: LoadedModel,
  work: Work,
  floors: Floors,
  index: number,
  round: number,
): Promise<EncodeSample> {
  const { layout } = work.placeFor(round, work.contexts[index]!, 1);
  const floorMs = (await floors.encode?.measure(index)) ?? null;
  model.forgetContexts();
  const { encodeMs } = await model.bind(layout);
  return { contextTokens: layout.ids.length, encodeMs, floorMs };
}

async function caseSample(
  model: LoadedModel,
  request: BenchmarkRequest,
  work: Work,
  floors: Floors,
  index: number,
  round: number,
  signal: AbortSignal,
): Promise<CaseSample | undefined> {
  const each = work.cases[index]!;
  const { layout } = work.placeFor(round, each.context, each.slots);
  const task = { ...each, layout };
  const naive = await naiveLoop(model, task, request.naiveSteps, signal);
  const inOrder = await leftToRight(model, task, signal);
  const fills = await fillsOf(model, request, work, each, round, signal);
  const stepFloorMs = (await floors.step?.measure(index)) ?? null;
  return fills && { naive, leftToRight: inOrder, ...fills, stepFloorMs };
}

type Fills = Pick<CaseSample, 'everyStep' | 'quarter' | 'adaptive' | 'again'>;

/** All fills of a case at one place; each but the last begins with nothing encoded. Undefined when stopped. */
async function fillsOf(
  model: LoadedModel,
  { language }: BenchmarkRequest,
  work: Work,
  { context, slots, candidates }: Case,
  round: number,
  signal: AbortSignal,
): Promise<Fills | undefined> {
  const { place } = work.placeFor(round, context, slots);
  const samplers = measuredSamplers(slots);
  const fill = async (sampler: keyof typeof samplers, seed: number, cold: boolean) => {
    if (cold) model.forgetContexts();
    // The others are there to compare samplers.
    const copies = sampler === 'adaptive' ? defaultSearch.copies : 0;
    const of = { place, language, slots, candidates, copies, sampler: samplers[sampler], seed };
    return sampleFill(model, of, signal);
  };
  const everyStep = await fill('everyStep', round, true);
  const quarter = await fill('quarter', round, true);
  const adaptive = await fill('adaptive', round, true);
  const again = await fill('adaptive', round + 1, false);
  return everyStep && quarter && adaptive && again && { everyStep, quarter, adaptive, again };
}
