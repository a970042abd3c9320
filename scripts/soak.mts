/**
 * `npm run soak [-- OPTIONS]`: one engine process fills again and again, as in a long day of editing: new contexts and
 * known ones of various lengths, several candidates, rewrites, runs that are stopped. Prints the engine's resident
 * memory after every tenth of them, and fails when it is not flat. What counts is the median over a tenth, for memory
 * depends on which fill came last.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { spreadOf } from '../src/benchmark/spread';
import { defaultSearch } from '../src/diffusion/search/settings';
import { presetNamed } from '../src/diffusion/settings/presets';
import { EngineClient } from '../src/engine/client';
import type { FillRequest } from '../src/engine/protocol/messages';

/** How far from that of the first tenth, after the warm-up, the median memory may go, as a share of it. */
const TOLERANCE = 0.05;
/** Characters on either side of a place. */
const SHORTEST_CONTEXT = 300;
const LONGEST_CONTEXT = 1500;

/** Some that only reveal, some that also take back, some that read from left to right. */
const PRESETS = ['Speculative', 'Fast-dLLM', 'MDLM', 'ReMDM', 'P2', 'WINO'];

const root = fileURLToPath(new URL('..', import.meta.url));
const options = new Command('npm run soak --')
  .option('--model <folder>', 'model to fill with', 'models/unmask-135m')
  .option('--fills <count>', 'fills that are counted', Number, 1000)
  .option('--warm-up <count>', 'fills before: the cache and the runtimes’ pools grow', Number, 300)
  .option('--cache <megabytes>', 'for contexts: so few that they are soon full', Number, 32)
  .option('--engine <file>', 'engine to watch', path.join(root, 'dist/engine.js'))
  .parse()
  .opts();
const text = readFileSync(path.join(root, 'dist/benchmark.txt'), 'utf8');

/** Of three runs, two come to a new context; every seventh is a rewrite. */
function request(run: number): FillRequest {
  const context = run - (run % 3 === 2 ? 1 : 0);
  const around = SHORTEST_CONTEXT + ((context * 557) % (LONGEST_CONTEXT - SHORTEST_CONTEXT));
  const at = around + ((context * 997) % (text.length - 2 * around));
  return {
    run: String(run),
    language: 'typescript',
    context: [text.slice(at - around, at), text.slice(at, at + around)],
    startsDocument: false,
    endsDocument: false,
    spans: [{ text: 'return this.process;', slots: run % 5 === 0 ? 'auto' : 8 + (run % 17) }],
    mode: run % 7 === 0 ? { kind: 'rewrite', strength: 0.6 } : { kind: 'infill' },
    sampler: { ...presetNamed(PRESETS[run % PRESETS.length]!)!.sampler, steps: 8 },
    search: { ...defaultSearch, candidates: run % 10 === 0 ? 4 : 1 },
    seed: run,
  };
}

const client = new EngineClient({
  entry: path.resolve(options.engine),
  log: (line) => console.log(line),
});
try {
  const model = await client.load({
    folder: path.resolve(options.model),
    executionProvider: 'cpu',
    threads: 0,
    contextCacheMegabytes: options.cache,
  });
  console.log(`${model.name} ${model.version}, ${model.precision}, ${options.fills} fills`);
  const tenth = Math.ceil(options.fills / 10);
  const medians: number[] = [];
  let memory: number[] = [];
  for (let run = 1; run <= options.warmUp + options.fills; run++) {
    const stop = new AbortController();
    await client.fill(request(run), {
      signal: stop.signal,
      // Every thirteenth run is stopped after its first step.
      onFrame: ({ kind }) => kind === 'steps' && run % 13 === 0 && stop.abort(),
    });
    const counted = run - options.warmUp;
    if (counted <= 0) continue;
    const { memory: bytes, contextCache } = (await client.status())!;
    memory.push(bytes);
    if (memory.length < tenth && counted < options.fills) continue;
    const { median, least, most } = spreadOf(memory)!;
    medians.push(median);
    const { contexts, bytes: cached, encodes } = contextCache!;
    console.log(
      `${counted} fills: ${inMebibytes(median)} (${inMebibytes(least)}–${inMebibytes(most)}); ` +
        `${contexts} contexts kept, ${inMebibytes(cached)}; ${encodes} encoded`,
    );
    memory = [];
  }
  const [first] = medians;
  const drift = Math.max(...medians.map((bytes) => Math.abs(bytes / first! - 1)));
  console.log(`Largest distance from the first tenth: ${(100 * drift).toFixed(1)}%.`);
  if (!(drift <= TOLERANCE)) {
    console.error(`More than ${100 * TOLERANCE}%: something is kept that should not be.`);
    process.exitCode = 1;
  }
} finally {
  await client.dispose();
}

function inMebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
