/**
 * `npm run soak [-- MODEL_FOLDER [FILLS]]`: one engine process fills again and again, as in a long day of editing: new
 * contexts and known ones, several candidates, rewrites, runs that are stopped. Prints the engine's resident memory
 * after every tenth of them, and fails when it is not flat.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { presetNamed } from '../src/diffusion/presets';
import { defaultSearch } from '../src/diffusion/search/settings';
import { EngineClient } from '../src/engine/client';
import type { FillRequest } from '../src/engine/protocol/messages';

/** How much more the engine may take at the end than at the start. */
const TOLERANCE = 0.05;
/** Megabytes for contexts: so few that they are soon full. */
const CACHE = 32;

/** Some that only reveal, some that also take back. */
const PRESETS = ['Fast-dLLM', 'MDLM', 'ReMDM', 'P2', 'WINO'];

const root = fileURLToPath(new URL('..', import.meta.url));
/** Fills before counting: the cache fills up, and the runtimes grow to what they need. */
const WARM_UP = 300;
const [folder = 'models/unmask-135m', count = '1000'] = process.argv.slice(2);
const fills = Number(count);
const source = readFileSync(path.join(root, 'src/engine/client/client.ts'), 'utf8');

/** Of three runs, two come to a new context; every seventh is a rewrite. */
function request(index: number): FillRequest {
  const run = WARM_UP + index;
  const edited = source.replaceAll('process', `process${run - (run % 3 === 2 ? 1 : 0)}`);
  const middle = edited.indexOf('\n', edited.length / 2);
  return {
    run: String(run),
    language: 'typescript',
    context: [edited.slice(0, middle), edited.slice(middle)],
    startsDocument: true,
    endsDocument: true,
    spans: [{ text: 'return this.process;', slots: run % 5 === 0 ? 'auto' : 8 + (run % 17) }],
    mode: run % 7 === 0 ? { kind: 'rewrite', strength: 0.6 } : { kind: 'infill' },
    sampler: { ...presetNamed(PRESETS[run % PRESETS.length]!)!.sampler, steps: 8 },
    search: { ...defaultSearch, candidates: run % 10 === 0 ? 4 : 1 },
    seed: run,
  };
}

const client = new EngineClient({
  entry: path.join(root, 'dist/engine.js'),
  log: (line) => console.log(line),
});
try {
  const model = await client.load({
    folder: path.resolve(folder),
    executionProvider: 'cpu',
    threads: 0,
    contextCacheMegabytes: CACHE,
  });
  console.log(`${model.name}, ${model.precision}, ${fills} fills`);
  const memory: number[] = [];
  for (let run = 1 - WARM_UP; run <= fills; run++) {
    const stop = new AbortController();
    await client.fill(request(run), {
      signal: stop.signal,
      // Every thirteenth run is stopped after its first step.
      onFrame: ({ kind }) => kind === 'steps' && run % 13 === 0 && stop.abort(),
    });
    if (run < 0 || run % Math.ceil(fills / 10) > 0) continue;
    const { memory: bytes, contextCache } = (await client.status())!;
    memory.push(bytes);
    const { contexts, bytes: cached, encodes } = contextCache!;
    console.log(
      `${run} fills: ${inMegabytes(bytes)}; ${contexts} contexts kept, ${inMegabytes(cached)}; ${encodes} encoded`,
    );
  }
  const growth = memory.at(-1)! / memory[0]! - 1;
  console.log(`From the first to the last: ${(100 * growth).toFixed(1)}%.`);
  if (!(growth <= TOLERANCE)) {
    console.error(`More than ${100 * TOLERANCE}%: something is kept that should not be.`);
    process.exitCode = 1;
  }
} finally {
  await client.dispose();
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}
