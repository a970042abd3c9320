/**
 * `npm run bench [-- OPTIONS]`: what fills cost on this machine, ours against the naive loop, left-to-right decoding
 * and the floor of the matrix products, measured in one run. See docs/benchmark.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { barsMarkdown, reportMarkdown } from '../src/benchmark/markdown';
import { fullBenchmark, quickBenchmark } from '../src/benchmark/sizes';
import { EngineClient } from '../src/engine/client';
import type { LoadModelRequest } from '../src/engine/protocol/messages';
import { coreCosts } from './bench/core';
import { coreTable } from './bench/core-table';

const root = fileURLToPath(new URL('..', import.meta.url));
const numbers = (list: string) => list.split(',').map(Number);

const options = new Command('npm run bench --')
  .option('--model <folder>', 'model to measure', 'models/unmask-135m')
  .option('--provider <name>', 'execution provider', 'auto')
  .option('--threads <count>', 'threads on the CPU; 0 leaves it to ONNX Runtime', Number, 0)
  .option('--context <list>', 'context tokens', numbers)
  .option('--slots <list>', 'L', numbers)
  .option('--batch <list>', 'candidates in one batch', numbers)
  .option('--rounds <count>', 'repetitions', Number)
  .option('--quick', 'one context, one L, few rounds: what the command in VS Code measures')
  .option('--whole', 'run every step of the naive loop instead of a few')
  .option('--core', 'also what the samplers cost beside the model')
  .option('--json <file>', 'write all samples to a file')
  .option('--engine <file>', 'engine to measure', path.join(root, 'dist/engine.js'))
  .parse()
  .opts();

const sizes = options.quick ? quickBenchmark : fullBenchmark;
const text = readFileSync(path.join(root, 'dist/benchmark.txt'), 'utf8');
const say = (line: string) => void process.stderr.write(`${line}\n`);
const client = new EngineClient({ entry: path.resolve(options.engine), log: () => {} });
try {
  await client.load({
    folder: path.resolve(options.model),
    executionProvider: options.provider as LoadModelRequest['executionProvider'],
    threads: options.threads,
  });
  let said = '';
  const report = await client.benchmark(
    {
      run: 'bench',
      text,
      language: 'typescript',
      contexts: options.context ?? sizes.contexts,
      slots: options.slots ?? sizes.slots,
      candidates: options.batch ?? sizes.candidates,
      rounds: options.rounds ?? sizes.rounds,
      naiveSteps: options.whole ? null : sizes.naiveSteps,
      memory: sizes.memory,
    },
    {
      onProgress({ label }) {
        if (label !== said) say(label);
        said = label;
      },
    },
  );
  if (!report) throw new Error('The benchmark was stopped.');
  console.log(reportMarkdown(report));
  console.log(barsMarkdown(report));
  const core = options.core ? await coreCosts() : undefined;
  if (core) console.log(coreTable(core));
  if (options.json) {
    writeFileSync(options.json, `${JSON.stringify({ ...report, core }, null, 1)}\n`);
  }
} finally {
  await client.dispose();
}
