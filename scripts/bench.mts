/**
 * `npm run bench [-- OPTIONS]`: `unmask bench` in full, with the bars that the bundled model is held to. See
 * docs/benchmark.md.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { barsMarkdown, reportMarkdown } from '../src/benchmark/markdown';
import { benchmark } from '../src/cli/bench/benchCommand';
import { benchSyntax } from '../src/cli/bench/benchOptions';
import { EngineClient } from '../src/engine/client';
import { coreCosts } from './bench/core';
import { coreTable } from './bench/coreTable';

const root = fileURLToPath(new URL('..', import.meta.url));

const { quick, ...options } = benchSyntax()
  .name('npm run bench --')
  .option('--engine <file>', 'engine to measure', path.join(root, 'dist/engine.js'))
  .optionsGroup('What to measure:')
  .option('--quick', 'one context, one L, few rounds: what `unmask bench` and VS Code measure')
  .option('--core', 'also what the samplers cost beside the model')
  .optionsGroup('What to print:')
  .option('--json <file>', 'also write all samples to a file')
  .parse()
  .opts();

const client = new EngineClient({
  entry: path.resolve(options.engine),
  cudaLibraries: () => options.cudaLibraries && path.resolve(options.cudaLibraries),
  log: () => {},
});
try {
  const model = await client.load({
    folder: path.resolve(options.model ?? path.join(root, 'models/unmask-135m')),
    executionProvider: options.ep,
    threads: options.threads,
  });
  const signal = new AbortController().signal;
  const sizes = { ...options, full: !quick };
  const report = await benchmark(client, model, sizes, { root, err: process.stderr }, signal);
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
