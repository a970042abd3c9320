import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { defaultPreset } from '../../src/diffusion/settings/presets';
import type { TraceStep } from '../../src/diffusion/trace/trace';
import type { EngineClient } from '../../src/engine/client';
import type { FillFrame } from '../../src/engine/protocol/messages';
import { softwareVulkan } from '../provision/swiftshader';
import { tinyAdaptedModel, tinyModel } from '../tinyModels';
import { copyIn, fillRequest, fillWithFrames, loadTiny, startClient } from './engineUnderTest';
import { madeModel } from './sequence/madeModel';

/** Vulkan in software compiles and runs shaders slowly, the more so on a busy machine. */
const TIMEOUT_MS = 480_000;

let vulkan: NodeJS.ProcessEnv | undefined;
beforeAll(async () => {
  vulkan = await softwareVulkan();
}, TIMEOUT_MS);

let client: EngineClient | undefined;
afterEach(() => client?.dispose());

const supported = process.platform === 'linux' && process.arch === 'x64';
const withVulkan = () => ({ ...process.env, ...vulkan });
/** Where there is a Vulkan loader or not, there is no driver. */
const withoutAdapter = () => ({
  ...process.env,
  VK_ICD_FILENAMES: '/dev/null',
  VK_DRIVER_FILES: '/dev/null',
});

describe.runIf(supported)('the webgpu execution provider', { timeout: TIMEOUT_MS }, () => {
  test.each([
    ['trained from scratch', tinyModel],
    ['adapted', tinyAdaptedModel],
  ])('runs a model %s, and computes what the CPU computes', async (_, model) => {
    const { folder, remove } = await copyIn(['fp32'], model);
    const runs = [];
    for (const executionProvider of ['cpu', 'webgpu'] as const) {
      client = await startClient({ env: withVulkan() });
      const status = await client.load(loadTiny({ folder, executionProvider }));
      expect(status).toMatchObject({ executionProvider, fallbacks: [] });
      const request = fillRequest({
        spans: [{ text: '', slots: 6 }],
        sampler: { ...fillRequest().sampler, steps: 3, temperature: 0 },
      });
      const { result, frames } = await fillWithFrames(client, request);
      const again = await client.fill({ ...request, run: 'again' });
      expect(again.timings.contextCached).toBe(true);
      expect(again.outcome).toEqual(result.outcome);
      expect(frames[0]).toMatchObject({ header: { executionProvider } });
      // Where the model can, this reads causally, with settled slots.
      const { sampler } = defaultPreset;
      const drafted = await fillWithFrames(client, { ...request, run: 'drafted', sampler });
      expect(drafted.result.outcome.kind).toBe('finished');
      // Where the model can, the second continues what the first encoded, on the device.
      const context = ['const sum = a + b;\n'.repeat(12), ';\n'];
      await client.fill({ ...request, run: 'begun', context });
      const onward = [`${context[0]}const difference = `, ';\n'];
      const continued = await fillWithFrames(client, {
        ...request,
        run: 'onward',
        context: onward,
      });
      if (model === tinyAdaptedModel)
        expect(continued.result.timings.contextReused).toBeGreaterThan(60);
      runs.push([stepsOf(frames)[0]!, ...stepsOf(drafted.frames), stepsOf(continued.frames)[0]!]);
      await client.dispose();
    }
    await remove();
    const [cpu, webgpu] = runs;
    expect(webgpu).toHaveLength(cpu!.length);
    for (const [i, step] of cpu!.entries()) expectAlike(webgpu![i]!, step);
  });

  test('runs a model of whole sequences, and computes what the CPU computes', async () => {
    const { folder, remove } = await madeModel({ shift: 1, specialTokens: { pad: '<|pad|>' } });
    onTestFinished(remove);
    const runs = [];
    for (const executionProvider of ['cpu', 'webgpu'] as const) {
      client = await startClient({ env: withVulkan() });
      const status = await client.load(loadTiny({ folder, executionProvider }));
      expect(status).toMatchObject({ executionProvider, fallbacks: [] });
      const sampler = { ...fillRequest().sampler, temperature: 0 };
      runs.push(stepsOf((await fillWithFrames(client, fillRequest({ sampler }))).frames));
      await client.dispose();
    }
    const [cpu, webgpu] = runs;
    expect(webgpu).toHaveLength(cpu!.length);
    for (const [i, step] of cpu!.entries()) expectAlike(webgpu![i]!, step);
  });

  test('that a crash takes down while it is tried is left, and the engine lives', async () => {
    client = await startClient({ env: withVulkan() });
    await client.load(loadTiny());
    const pid = (await client.status())!.pid;
    const loading = client.load(loadTiny({ executionProvider: 'webgpu' }));
    process.kill(await childOf(pid), 'SIGSEGV');
    expect(await loading).toMatchObject({
      executionProvider: 'cpu',
      fallbacks: [
        {
          executionProvider: 'webgpu',
          sentence: 'webgpu was not used: the process that tried it crashed (signal SIGSEGV).',
        },
      ],
    });
    expect((await client.status())!.pid).toBe(pid);
    expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
  });

  test('with wrong numbers is left', async () => {
    const reasons = await reasonsForWrongNumbers();
    expect(reasons).toMatchObject([
      {
        executionProvider: 'webgpu',
        reason: expect.stringMatching(/^its numbers differ from the CPU's by 1\.0 nats/),
      },
    ]);
  });

  test('that computes in no float16 is left where a model asks for it', async () => {
    const { folder, remove } = await copyIn(['int8', 'fp16'], tinyAdaptedModel);
    onTestFinished(remove);
    client = await startClient({ env: withVulkan() });
    expect(await client.load(loadTiny({ folder, executionProvider: 'webgpu' }))).toMatchObject({
      executionProvider: 'cpu',
      precision: 'int8',
      fallbacks: [{ executionProvider: 'webgpu', sentence: expect.stringMatching(/requires f16/) }],
    });
  });

  test('is not chosen by itself where it is slower than the CPU', async () => {
    client = await startClient({ env: withVulkan() });
    const status = await client.load(loadTiny({ executionProvider: 'auto' }));
    expect(status.executionProvider).toBe('cpu');
    expect(status.fallbacks.at(-1)?.sentence).toMatch(
      /was not used: (slower than the CPU here|.* within 10 seconds)/,
    );
  });
});

describe.runIf(process.platform === 'linux')('without an adapter', { timeout: TIMEOUT_MS }, () => {
  test.each(['auto', 'webgpu'] as const)(
    'a model asked for on %s runs on the CPU, and says why',
    async (executionProvider) => {
      client = await startClient({ env: withoutAdapter() });
      const status = await client.load(loadTiny({ executionProvider }));
      expect(status.executionProvider).toBe('cpu');
      expect(status.fallbacks).toContainEqual({
        executionProvider: 'webgpu',
        sentence: expect.stringMatching(/adapter/),
      });
      expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
    },
  );
});

function expectAlike(found: TraceStep, expected: TraceStep): void {
  expected.entropy.forEach((entropy, slot) => {
    if (entropy === null) expect(found.entropy[slot]).toBeNull();
    else expect(Math.abs(found.entropy[slot]! - entropy)).toBeLessThan(0.01);
    const there = new Map(found.alternatives[slot]);
    for (const [token, logProb] of expected.alternatives[slot]!.slice(0, 3))
      expect(Math.abs(there.get(token)! - logProb)).toBeLessThan(0.01);
  });
}

const stepsOf = (frames: readonly FillFrame[]) =>
  frames.flatMap((frame) => (frame.kind === 'steps' ? frame.steps : []));

/** The first child process of a process, once there is one. */
async function childOf(pid: number): Promise<number> {
  for (;;) {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    if (children.trim()) return Number(children.trim().split(' ')[0]);
    await sleep(5);
  }
}

/** Opens the tiny model in a process that has Vulkan, with a probe whose reference is 1 nat off. */
async function reasonsForWrongNumbers(): Promise<unknown> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const outfile = path.join(root, `test-results/engine/${process.pid}/wrongNumbers.js`);
  await build({
    entryPoints: [path.join(root, 'test/engine/wrongNumbers.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['onnxruntime-node', '@vscode/tree-sitter-wasm'],
    outfile,
  });
  const { stdout } = await promisify(execFile)(process.execPath, [outfile, loadTiny().folder], {
    env: withVulkan(),
  });
  return JSON.parse(stdout);
}
