import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { onnxRuntime } from './onnxRuntime';

/** Where `auto` looks before the CPU, fastest first. Others must be asked for by name. */
const AUTO_ORDER = ['cuda', 'webgpu'];

/** The execution providers to try, one after another, before the CPU. */
export async function acceleratorsToTry(wanted: string): Promise<string[]> {
  if (wanted !== 'auto') return [wanted].filter((name) => name !== 'cpu');
  const { listSupportedBackends } = await onnxRuntime();
  const known = new Map(listSupportedBackends().map(({ name, bundled }) => [name, bundled]));
  return AUTO_ORDER.filter(
    (name) => known.get(name) || (name === 'cuda' && known.has(name) && hasCudaLibrary()),
  );
}

/** CUDA comes as a library of its own, laid beside ONNX Runtime's. */
function hasCudaLibrary(): boolean {
  const entry = createRequire(__filename).resolve('onnxruntime-node');
  const binaries = path.join(entry, '..', '..', 'bin', 'napi-v6', process.platform, process.arch);
  return existsSync(path.join(binaries, 'libonnxruntime_providers_cuda.so'));
}
