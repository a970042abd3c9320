import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import type { BenchmarkProgress, BenchmarkRequest } from '../../src/engine/protocol/benchmark';
import { measureMemory } from '../../src/engine/server/benchmark/memoryProcess';
import { writeSequenceModel } from '../sequenceModel';
import { tinyAdaptedModel, tinyModel } from '../tinyModels';
import { copyOfModel, engineBundle, loadTiny, startClient } from './engineUnderTest';

const temporary = await mkdtemp(path.join(tmpdir(), 'unmask-benchmark-'));
/** The user's cache lies there, on every platform. */
const env = { ...process.env, XDG_CACHE_HOME: temporary, HOME: temporary, LOCALAPPDATA: temporary };
const client = await startClient({ env });
const floorFolders = async () =>
  (await readdir(temporary, { recursive: true })).filter((name) => name.endsWith('.partial'));
afterAll(async () => {
  await client.dispose();
  await rm(temporary, { recursive: true });
});

const request = (change: Partial<BenchmarkRequest> = {}): BenchmarkRequest => ({
  run: 'b',
  text: Array.from({ length: 200 }, (_, i) => `const value${i} = compute(${i}, other);`).join('\n'),
  language: 'typescript',
  contexts: [48],
  slots: [8],
  candidates: [1, 2],
  rounds: 2,
  naiveSteps: 2,
  memory: null,
  ...change,
});

for (const [kind, folder] of [
  ['trained', tinyModel],
  ['adapted', tinyAdaptedModel],
] as const) {
  test(`measures a model that was ${kind}`, { timeout: 60_000 }, async () => {
    await client.load(loadTiny({ folder }));
    const seen: BenchmarkProgress[] = [];
    const report = await client.benchmark(request(), {
      onProgress: (progress) => seen.push(progress),
    });
    expect(report!.remarks).toEqual([]);
    const [context] = report!.contexts;
    expect(context!.samples).toHaveLength(2);
    for (const { floorMs } of context!.samples) expect(floorMs).toEqual(expect.any(Number));
    expect(context!.operations).toBeGreaterThan(0);
    expect(context!.cacheBytes).toBeGreaterThan(0);
    expect(report!.cases.map(({ candidates }) => candidates)).toEqual([1, 2]);
    const [one, two] = report!.cases;
    expect(two!.stepOperations! / one!.stepOperations!).toBeCloseTo(2, 5);
    for (const { samples } of report!.cases) {
      for (const { naive, leftToRight, everyStep, quarter, adaptive, again } of samples) {
        expect(naive!.steps).toBe(2);
        expect(leftToRight!.calls).toBe(8);
        expect(everyStep.steps).toBeLessThanOrEqual(8);
        expect(quarter.steps).toBeLessThanOrEqual(2);
        for (const cold of [everyStep, quarter, adaptive]) {
          expect(cold.contextCached).toBe(false);
          expect(cold.firstFrameMs).toBeGreaterThanOrEqual(cold.encodeMs!);
          expect(cold.totalMs).toBeGreaterThanOrEqual(cold.firstFrameMs);
        }
        expect(again).toMatchObject({ contextCached: true, encodeMs: 0 });
      }
    }
    expect(seen.at(-1)!.done).toBe(seen.at(-1)!.total - 1);
  });
}

test('measures a model of whole sequences, which encodes no context', {
  timeout: 60_000,
}, async () => {
  const folder = path.join(temporary, 'neighbours');
  await mkdir(folder);
  await writeSequenceModel(folder, { inputs: ['logit_rows'], shift: 0, specialTokens: {} });
  await client.load(loadTiny({ folder }));
  const seen: BenchmarkProgress[] = [];
  const report = await client.benchmark(request(), {
    onProgress: (progress) => seen.push(progress),
  });
  expect(report!.remarks).toEqual([
    expect.stringMatching(
      /^neighbours reads its whole text in every step\. So nothing was measured/,
    ),
    'The floor of the step was not measured: its graph has no matrix products.',
  ]);
  expect(report!.contexts).toEqual([]);
  const samples = report!.cases.flatMap(({ samples }) => samples);
  expect(samples).toHaveLength(4);
  for (const { everyStep, ...rest } of samples) {
    expect(everyStep).toMatchObject({ steps: 8, encodeMs: null });
    expect(rest).toMatchObject({ naive: null, leftToRight: null, again: null });
  }
  expect(seen.at(-1)!.done).toBe(seen.at(-1)!.total - 1);
});

test('takes the memory of an engine of its own', { timeout: 60_000 }, async () => {
  // What the present engine holds beside must not count: here a ballast, which the measured one does without.
  const ballast = path.join(temporary, 'ballast.cjs');
  await writeFile(
    ballast,
    "if (!process.argv.includes('--memory')) globalThis.ballast = Buffer.alloc(2 ** 28, 1);",
  );
  const client = await startClient({
    env: { ...process.env, NODE_OPTIONS: `--require="${ballast}"` },
  });
  onTestFinished(() => client.dispose());
  await client.load(loadTiny());
  const asked = { context: 48, slots: 8, fills: 3 };
  const small = { rounds: 1, candidates: [1] };
  const report = await client.benchmark(request({ ...small, memory: asked }));
  expect(report!.memory).toMatchObject(asked);
  const { peak, settled, mapped } = report!.memory!;
  expect(settled).toBeGreaterThan(30 * 2 ** 20);
  expect(peak).toBeGreaterThanOrEqual(settled);
  if (process.platform === 'linux') {
    expect(mapped).toBeGreaterThan(10 * 2 ** 20);
    expect(mapped).toBeLessThan(settled);
  }
  const present = (await client.status())!.memory;
  expect(present).toBeGreaterThan(2 ** 28);
  expect(peak).toBeLessThan(present - 2 ** 27);

  const beyond = { ...asked, context: 100_000 };
  const without = await client.benchmark(request({ ...small, memory: beyond }));
  expect(without!.memory).toBeNull();
  expect(without!.remarks).toEqual([
    expect.stringMatching(/^The engine’s memory was not measured: .* reads at most \d+ tokens\.$/),
  ]);
});

test('says where memory was measured on another execution provider', async () => {
  // The engine has one that is not there in the other process.
  const engine = process.argv[1]!;
  onTestFinished(() => {
    process.argv[1] = engine;
  });
  process.argv[1] = engineBundle();
  const { text, language } = request();
  const work = { context: 48, slots: 8, fills: 1 };
  const asked = { folder: tinyModel, threads: 1, work, text, language };
  const measured = (executionProvider: string) =>
    measureMemory({ ...asked, executionProvider }, new AbortController().signal);
  expect(await measured('cpu')).toMatchObject({ memory: work, remarks: [] });
  expect(await measured('abacus')).toMatchObject({
    memory: work,
    remarks: [
      expect.stringMatching(
        /^The engine’s memory was measured on cpu: in the process for it, abacus was not used: \S.*[^.]\.$/,
      ),
    ],
  });
});

test('runs the naive loop to its end where asked to', { timeout: 60_000 }, async () => {
  await client.load(loadTiny());
  const report = await client.benchmark(request({ candidates: [1], naiveSteps: null }));
  for (const { naive, everyStep } of report!.cases[0]!.samples)
    expect(naive!.steps).toBe(everyStep.steps);
});

test('says what could not be measured', { timeout: 60_000 }, async () => {
  await client.load(loadTiny());
  const report = await client.benchmark(
    request({ contexts: [48, 100_000], slots: [8, 1000], rounds: 1, candidates: [1] }),
  );
  expect(report!.cases).toHaveLength(1);
  expect(report!.remarks).toEqual([
    expect.stringMatching(/^1000 slots were not measured: .* fills at most \d+\.$/),
    expect.stringMatching(/^A context of 100000 tokens was not measured: .* reads at most \d+\.$/),
  ]);
});

test('refuses what it can measure nothing of', { timeout: 60_000 }, async () => {
  await client.load(loadTiny());
  await expect(client.benchmark(request({ slots: [1000] }))).rejects.toThrow(
    /^There is nothing to measure\. 1000 slots were not measured: .* fills at most \d+\. Ask for less\.$/,
  );
  await expect(client.benchmark(request({ contexts: [100_000] }))).rejects.toThrow(
    /^There is nothing to measure\. A context of 100000 tokens was not measured: /,
  );
});

test('refuses more slots than all spans of a model may have, where one might', async () => {
  const { folder, remove } = await copyOfModel();
  onTestFinished(remove);
  const file = path.join(folder, 'model.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...manifest, spanGap: 64, maxSlots: 16 }));
  await client.load(loadTiny({ folder }));
  await expect(client.benchmark(request({ slots: [32] }))).rejects.toThrow(
    'There is nothing to measure. 32 slots were not measured: unmask-tiny fills at most 16.',
  );
});

test('stops when told to and leaves nothing behind', { timeout: 60_000 }, async () => {
  await client.load(loadTiny());
  const abort = new AbortController();
  const report = await client.benchmark(request({ rounds: 1000 }), {
    signal: abort.signal,
    onProgress: ({ label }) => label.startsWith('Round') && abort.abort(),
  });
  expect(report).toBeNull();
  expect(await floorFolders()).toEqual([]);
});

test('what a killed one leaves is gone with the next', { timeout: 60_000 }, async () => {
  const killed = await startClient({ env });
  onTestFinished(() => killed.dispose());
  await killed.load(loadTiny());
  const { pid } = (await killed.status())!;
  const failed = killed.benchmark(request({ rounds: 1000 }), {
    onProgress: ({ label }) => label.startsWith('Round') && process.kill(pid, 'SIGKILL'),
  });
  await expect(failed).rejects.toThrow('SIGKILL');
  expect(await floorFolders()).toHaveLength(2);
  await client.load(loadTiny());
  await client.benchmark(request({ rounds: 1, candidates: [1] }));
  expect(await floorFolders()).toEqual([]);
});
