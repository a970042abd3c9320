import { expect, test } from 'vitest';
import { plainReason } from '../../../src/denoiser/onnxRuntime';

test.each([
  [
    '/src/core/webgpu_context.cc:136 onnxruntime::webgpu::Initialize(const Config&)::<lambda()> adapter_result.status == Success was false. Failed to get a WebGPU adapter: No supported adapters\n',
    'Failed to get a WebGPU adapter: No supported adapters',
  ],
  [
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
  ],
])('keeps the words of %s', (message, words) => {
  expect(plainReason(new Error(message))).toBe(words);
});
