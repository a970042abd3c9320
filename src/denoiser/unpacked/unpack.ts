import { chmod, copyFile, open } from 'node:fs/promises';
import path from 'node:path';
import type { Tensor } from 'onnxruntime-node';
import { ModelFolderError, readModelFolder } from '../../models';
import { writeWhole } from '../folders/writeWhole';
import { onnxRuntime, plainReason } from '../onnxRuntime';
import { mapWeights } from './mappedWeights';

/** Where each tensor of an unpacked file begins, in bytes: at a multiple of this. */
const ALIGNMENT = 64;

/** Which variant of a model to unpack, and the folder that is to hold all it takes to open it. */
export interface UnpackRequest {
  readonly modelFolder: string;
  readonly precision: string;
  readonly into: string;
  /** Whether to try `mapWeights`. */
  readonly map: boolean;
}

/**
 * Writes what the variant's graph `unpack` yields, and the other graphs beside it. ONNX Runtime does not give back all
 * the memory that it takes, so that it belongs in a process that ends.
 *
 * @throws {ModelFolderError} when it would not work anywhere else either
 * @throws {Error} when a file cannot be written
 */
export type Unpack = (request: UnpackRequest) => Promise<void>;

/** Unpacks in this very process. */
export const unpackHere: Unpack = async ({ modelFolder, precision, into, map }) => {
  const model = await readModelFolder(modelFolder);
  const variant = model.manifest.variants.find((each) => each.precision === precision)!;
  for (const { file } of Object.values(variant.graphs)) {
    await copyFile(path.join(modelFolder, file), path.join(into, file));
    // A model's files may be read-only, and so are their copies.
    await chmod(path.join(into, file), 0o600);
  }
  const { graph, to } = variant.unpack!;
  const tensors = await run(path.join(modelFolder, graph.file)).catch((error) => {
    throw new ModelFolderError(
      `The model ${model.manifest.name} cannot be unpacked: ${plainReason(error)}. ` +
        'Free some memory and try again, install it anew, or select another model.',
    );
  });
  await write(path.join(into, to), tensors);
  const isForCpu = variant.executionProviders.every((name) => name === 'cpu');
  if (map && isForCpu) await mapWeights(model, variant, into);
};

/** The tensors of the file, in their order. */
async function run(graph: string): Promise<Tensor[]> {
  const { InferenceSession } = await onnxRuntime();
  const session = await InferenceSession.create(graph, {
    executionProviders: ['cpu'],
    // Optimised, ONNX Runtime would compute all of it on one core while it loads, and keep what is in between.
    graphOptimizationLevel: 'disabled',
    enableCpuMemArena: false,
  });
  try {
    const made = await session.run({});
    return session.outputNames.map((name) => made[name]!);
  } finally {
    await session.release();
  }
}

async function write(file: string, tensors: readonly Tensor[]): Promise<void> {
  const handle = await open(file, 'w');
  try {
    let end = 0;
    for (const { data } of tensors) {
      const { buffer, byteOffset, byteLength } = data as Uint8Array;
      const start = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      await writeWhole(handle, bytes, start);
      end = start + byteLength;
    }
  } finally {
    await handle.close();
  }
}
