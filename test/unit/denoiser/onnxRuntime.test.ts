import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { plainReason } from '../../../src/denoiser/onnxRuntime';

test.each([
  [
    '/src/core/webgpu_context.cc:136 onnxruntime::webgpu::Initialize(const Config&)::<lambda()> adapter_result.status == Success was false. Failed to get a WebGPU adapter: No supported adapters\n',
    'Failed to get a WebGPU adapter: No supported adapters',
  ],
  [
    'Load model from /m/denoise.onnx failed:/onnxruntime_src/onnxruntime/core/graph/model.cc:202 onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::ModelOptions&) Unsupported model IR version: 99, max supported IR version: 13',
    'Load model from /m/denoise.onnx failed: Unsupported model IR version: 99, max supported IR version: 13',
  ],
  [
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
  ],
])('keeps the words of %s', (message, words) => {
  expect(plainReason(new Error(message))).toBe(words);
});

describe('a runtime that cannot be loaded', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'unmask-runtime-'));
  });
  afterEach(async () => {
    on(platform);
    await rm(folder, { recursive: true });
  });

  const { platform } = process;
  const on = (name: NodeJS.Platform) => Object.defineProperty(process, 'platform', { value: name });
  const entry = (code: string) => writeFile(path.join(folder, 'index.js'), code);

  /** How the package in the folder is loaded, by a process that has loaded none yet. */
  async function loading() {
    vi.resetModules();
    const { onnxRuntime, useOnnxRuntime } = await import('../../../src/denoiser/onnxRuntime');
    useOnnxRuntime(folder);
    return onnxRuntime;
  }

  test.each([
    ['win32', 'It needs the Microsoft Visual C++ Redistributable: install its latest version.'],
    ['darwin', 'It needs macOS 14 or later.'],
    ['linux', 'It needs glibc 2.28 or later, which Alpine Linux, for one, does not have.'],
  ] as const)('says what %s may lack where its library is there', async (name, says) => {
    await entry(`module.exports = require('./binding.node')`);
    await writeFile(path.join(folder, 'binding.node'), 'of another system');
    const load = await loading();
    on(name);
    await expect(load()).rejects.toThrow(says);
  });

  test('asks for another package where it has no library for the platform', async () => {
    await entry(`module.exports = require('./binding.node')`);
    await expect((await loading())()).rejects.toThrow('the package of Unmask that was made for');
  });

  test('is tried again, as what it needs may have been installed', async () => {
    vi.resetModules();
    const { onnxRuntime } = await import('../../../src/denoiser/onnxRuntime');
    vi.spyOn(process, 'dlopen').mockImplementationOnce(() => {
      throw new Error('It lacks something.');
    });
    await expect(onnxRuntime()).rejects.toThrow('It lacks something.');
    expect(await onnxRuntime()).toHaveProperty('InferenceSession');
  });
});
