/**
 * `npm run bench [-- MODEL_FOLDER [EXECUTION_PROVIDER [THREADS]]]`: what a fill costs on this machine, as medians:
 * a context as long as the model reads, L = 32 slots, T = 16 steps.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { presetNamed } from '../src/diffusion/presets';
import { EngineClient } from '../src/engine/client';
import type { FillRequest, LoadModelRequest } from '../src/engine/protocol/messages';
import { coreCosts } from './bench/core';

const RUNS = 9;
const STEPS = 16;
const root = fileURLToPath(new URL('..', import.meta.url));
const [folder = 'models/unmask-small', executionProvider = 'auto', threads = '0'] =
  process.argv.slice(2);

const source = readFileSync(path.join(root, 'src/engine/client/client.ts'), 'utf8');

/** Every run has a context of its own, or the cache would answer. */
function request(run: number): FillRequest {
  const edited = source.replaceAll('process', `process${run}`);
  const middle = edited.indexOf('\n', edited.length / 2);
  return {
    run: String(run),
    language: 'typescript',
    context: [edited.slice(0, middle), edited.slice(middle)],
    startsDocument: true,
    endsDocument: true,
    spans: [{ text: '', slots: 32 }],
    mode: { kind: 'infill' },
    sampler: { ...presetNamed('LLaDA')!.sampler, steps: STEPS },
    seed: run,
  };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
const inMs = (value: number) => `${value.toFixed(1)} ms`;

const client = new EngineClient({ entry: path.join(root, 'dist/engine.js'), log: () => {} });
try {
  const model = await client.load({
    folder: path.resolve(folder),
    executionProvider: executionProvider as LoadModelRequest['executionProvider'],
    threads: Number(threads),
  });
  for (const { executionProvider: left, reason } of model.fallbacks) {
    console.log(`${left} not used: ${reason}`);
  }
  let contextTokens = 0;
  const timings = [];
  for (let run = 0; run <= RUNS; run++) {
    const { timings: taken } = await client.fill(request(run), {
      onFrame: (frame) => {
        if (frame.kind === 'started') contextTokens = frame.header.contextTokens;
      },
    });
    // The first run warms up.
    if (run > 0) timings.push(taken);
  }
  console.log(`${model.name} ${model.version}, ${model.precision} on ${model.executionProvider}`);
  console.log(`load            ${inMs(model.loadMs)}`);
  console.log(`context         ${contextTokens} tokens`);
  console.log(`tokenise+encode ${inMs(median(timings.map((t) => t.encodeMs)))}`);
  console.log(`step            ${inMs(median(timings.map((t) => t.stepsMs / STEPS)))}`);
  console.log(`fill            ${inMs(median(timings.map((t) => t.totalMs)))}`);
  console.log('\nsampler, CPU time per step beside the model at 256 slots; at 1024 slots');
  for (const { preset, ms, growth } of await coreCosts())
    console.log(`${preset.padEnd(15)} ${ms.toFixed(3)} ms; × ${growth.toFixed(1)}`);
} finally {
  await client.dispose();
}
