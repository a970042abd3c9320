import type { ExecutionProvider } from '../../engine/protocol/messages';

/** What users are told an execution provider of ONNX Runtime is. */
export const providerNames: Readonly<Record<ExecutionProvider, string>> = {
  cpu: 'CPU',
  webgpu: 'GPU through WebGPU',
  cuda: 'NVIDIA GPU through CUDA',
  dml: 'GPU through DirectML',
  coreml: 'Apple hardware through Core ML',
};

/** Those that ONNX Runtime ships for only one operating system. */
export const onlyOn: Readonly<Partial<Record<ExecutionProvider, 'linux' | 'win32' | 'darwin'>>> = {
  cuda: 'linux',
  dml: 'win32',
  coreml: 'darwin',
};
