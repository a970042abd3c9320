import type { BenchmarkProgress, BenchmarkReport, BenchmarkRequest } from '../protocol/benchmark';
import { benchmark, benchmarkProgress } from '../protocol/requests';
import type { EngineProcess } from './engineProcess';

export interface BenchmarkOptions {
  readonly onProgress?: (progress: BenchmarkProgress) => void;
  readonly signal?: AbortSignal;
}

/** Measures on a process whose model is loaded. @throws {EngineError} */
export async function benchmarkOn(
  process: EngineProcess,
  request: BenchmarkRequest,
  { onProgress, signal }: BenchmarkOptions,
): Promise<BenchmarkReport | null> {
  const unlisten = process.onNotification(benchmarkProgress, (progress) => {
    if (progress.run === request.run) onProgress?.(progress);
  });
  try {
    return await process.request(benchmark, request, signal);
  } finally {
    unlisten();
  }
}
