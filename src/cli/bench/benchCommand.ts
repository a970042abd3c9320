import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportMarkdown } from '../../benchmark/markdown';
import type { EngineClient } from '../../engine/client';
import type { BenchmarkReport } from '../../engine/protocol/benchmark';
import type { ModelStatus } from '../../engine/protocol/messages';
import { type EngineOptions, type Surroundings, withEngine } from '../engineSession';
import { exitCodes, StoppedError } from '../errors';
import { writeLine } from '../output';
import { stoppable } from '../stopSignal';
import { type BenchSizes, benchmarkSizes } from './benchOptions';

/** What `unmask bench` was told. */
export interface BenchOptions extends EngineOptions, BenchSizes {
  readonly json?: boolean | undefined;
}

/**
 * Measures fills on this machine and prints the report.
 *
 * @returns the exit code.
 */
export async function measureMachine(
  options: BenchOptions,
  surroundings: Surroundings,
): Promise<number> {
  const report = await stoppable((signal) =>
    withEngine(surroundings, options, signal, (client, model) =>
      benchmark(client, model, options, surroundings, signal),
    ),
  );
  await writeLine(surroundings.out, options.json ? JSON.stringify(report) : reportMarkdown(report));
  return exitCodes.ok;
}

/**
 * @param model that is loaded
 * @throws {EngineError} where nothing of what is asked for can be measured.
 * @throws {StoppedError} when stopped.
 */
export async function benchmark(
  client: EngineClient,
  model: ModelStatus,
  sizes: BenchSizes,
  { root, err }: Pick<Surroundings, 'root' | 'err'>,
  signal: AbortSignal,
): Promise<BenchmarkReport> {
  const text = await readFile(join(root, 'dist', 'benchmark.txt'), 'utf8');
  const request = { run: 'bench', text, language: 'typescript', ...benchmarkSizes(sizes, model) };
  let said = '';
  const report = await client.benchmark(request, {
    signal,
    onProgress({ label }) {
      if (label !== said) err.write(`${label}\n`);
      said = label;
    },
  });
  if (!report) throw new StoppedError('Stopped before everything was measured.');
  return report;
}
