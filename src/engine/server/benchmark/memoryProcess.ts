import { readFile } from 'node:fs/promises';
import { LoadedModel } from '../../../denoiser';
import { defaultSearch } from '../../../diffusion/search/settings';
import { defaultPreset } from '../../../diffusion/settings/presets';
import type { BenchmarkRequest, MemoryUse } from '../../protocol/benchmark';
import { defaultContextCacheMegabytes } from '../../protocol/messages';
import { answerOnce, askProcess } from '../processes/answeringProcess';
import { probeInChild } from '../processes/probeProcess';
import { unpackInChild } from '../processes/unpackProcess';
import { sampleFill } from './fillSample';
import { placeIn } from './place';

/** First argument of an engine process that is to fill, report its memory, and end. */
export const MEMORY_ARGUMENT = '--memory';

/** What such a process is asked: which model to open and how, and what to fill. */
export interface MemoryRequest extends Pick<BenchmarkRequest, 'text' | 'language'> {
  readonly folder: string;
  readonly executionProvider: string;
  readonly threads: number;
  readonly work: NonNullable<BenchmarkRequest['memory']>;
}

/** What was measured, and what has to be said of it, in sentences. */
export interface MeasuredMemory {
  readonly memory: MemoryUse;
  readonly remarks: readonly string[];
}

/**
 * The memory of an engine that loads a model and fills, and does nothing else: the present one also holds what only a
 * benchmark needs.
 *
 * @returns undefined when stopped
 * @throws {Error} when the process fails
 */
export async function measureMemory(
  request: MemoryRequest,
  signal: AbortSignal,
): Promise<MeasuredMemory | undefined> {
  // With this engine's own options, which bear on its memory.
  const { execArgv } = process;
  const end = await askProcess<MeasuredMemory>(MEMORY_ARGUMENT, request, { signal, execArgv });
  if (signal.aborted) return undefined;
  if (end.kind === 'answered') return end.answer;
  throw new Error(end.kind === 'threw' ? end.reason : `its process ${end.reason}`);
}

/** The child's side. */
export const runMemory = (): void => answerOnce<MemoryRequest, MeasuredMemory>(useOf);

async function useOf({ work, text, language, ...model }: MemoryRequest): Promise<MeasuredMemory> {
  const contextCacheBytes = defaultContextCacheMegabytes * 2 ** 20;
  const loaded = await LoadedModel.open(
    { ...model, contextCacheBytes, unpack: unpackInChild },
    probeInChild,
  );
  const { context, slots, fills } = work;
  const signal = new AbortController().signal;
  for (let seed = 0; seed < fills; seed++) {
    // Two fills at a place, of which the second finds the context encoded.
    const place = placeIn(text, loaded.tokenizer, Math.floor(seed / 2), context, slots);
    if (!place) throw new Error('the text has too few tokens');
    const { sampler } = defaultPreset;
    const { copies } = defaultSearch;
    const task = { place, language, slots, candidates: 1, copies, sampler, seed };
    await sampleFill(loaded, task, signal);
  }
  const settled = process.memoryUsage.rss();
  // Where a large process starts another, Linux counts its size as what the other has used; not so here.
  const peak = (await bytesByStatus('VmHWM')) ?? process.resourceUsage().maxRSS * 1024;
  const mapped = await bytesByStatus('RssFile');
  // The system counts both with some slack: the peak may come out a little under what is in use.
  const memory = { ...work, peak: Math.max(settled, peak), settled, mapped };
  return { memory, remarks: remarksOn(loaded) };
}

/** An execution provider that the engine runs on may fail in a process beside it. */
function remarksOn({ executionProvider, fallbacks }: LoadedModel): string[] {
  return fallbacks.map(
    ({ executionProvider: left, reason }) =>
      `The engine’s memory was measured on ${executionProvider}: in the process for it, ${left} was not used: ${reason}.`,
  );
}

/** What Linux counts of this process; null on other systems. */
async function bytesByStatus(name: string): Promise<number | null> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}
