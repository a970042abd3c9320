import { onnxRuntime, onnxRuntimePackage, useOnnxRuntime } from '../onnxRuntime';
import { binariesOf, missingCudaLibraries, runtimeWithCuda } from './cudaRuntime';

/** Where `auto` looks before the CPU, fastest first. Others must be asked for by name. */
const AUTO_ORDER = ['cuda', 'webgpu'];

/** The folder with CUDA's libraries that the user names, if any, and why it does not serve, if it does not. */
let cudaFolder: { readonly problem: string | undefined } | undefined;

/**
 * Takes CUDA's libraries from a folder, where it has them. To be called before anything else in a process.
 *
 * @param storage folder that keeps the copy of ONNX Runtime which this needs
 */
export async function useCudaLibraries(folder: string, storage: string): Promise<void> {
  const missing = await missingCudaLibraries(folder);
  let problem = missing.length > 0 ? `${folder} has no ${missing.join(' and no ')}` : undefined;
  try {
    if (!problem) useOnnxRuntime(await runtimeWithCuda(folder, storage));
  } catch (error) {
    problem = `${folder} cannot be used (${(error as Error).message})`;
  }
  cudaFolder = { problem };
}

/** An execution provider that may be better than the CPU. */
export interface Accelerator {
  readonly executionProvider: string;
  /** Why it cannot even be tried, in words. */
  readonly absent: string | undefined;
}

/** The execution providers to try, one after another, before the CPU. */
export async function acceleratorsToTry(wanted: string): Promise<Accelerator[]> {
  if (wanted === 'cpu') return [];
  if (wanted !== 'auto') return [{ executionProvider: wanted, absent: await whyAbsent(wanted) }];
  const accelerators: Accelerator[] = [];
  for (const executionProvider of AUTO_ORDER) {
    const absent = await whyAbsent(executionProvider);
    // What the user did nothing for is not missed, but a folder that does not serve is worth a word.
    if (absent === undefined || (executionProvider === 'cuda' && cudaFolder !== undefined)) {
      accelerators.push({ executionProvider, absent });
    }
  }
  return accelerators;
}

async function whyAbsent(executionProvider: string): Promise<string | undefined> {
  const { listSupportedBackends } = await onnxRuntime();
  if (!listSupportedBackends().some(({ name }) => name === executionProvider)) {
    return `ONNX Runtime has no ${executionProvider} on ${process.platform}-${process.arch}`;
  }
  if (executionProvider !== 'cuda') return undefined;
  // CUDA comes as libraries of its own, laid beside ONNX Runtime's.
  const missing = await missingCudaLibraries(binariesOf(onnxRuntimePackage()));
  if (missing.length === 0) return undefined;
  const unnamed =
    'its libraries are not there; name their folder in unmask.cudaLibraryFolder, in the terminal with --cuda-libraries';
  return cudaFolder?.problem ?? unnamed;
}
