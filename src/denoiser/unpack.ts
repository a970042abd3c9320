import { open } from 'node:fs/promises';
import type { Tensor } from 'onnxruntime-node';
import { onnxRuntime } from './onnxRuntime';

/** Where each tensor of an unpacked file begins, in bytes: at a multiple of this. */
const ALIGNMENT = 64;

/** Which graph to unpack, and the file to write. */
export interface UnpackRequest {
  readonly graph: string;
  readonly to: string;
}

/**
 * Writes what a graph without inputs yields. ONNX Runtime does not give back all the memory that it takes, so that it
 * belongs in a process that ends.
 *
 * @throws {ModelFolderError} when it would not work anywhere else either
 * @throws {Error} when the graph cannot be run, or the file not be written
 */
export type Unpack = (request: UnpackRequest) => Promise<void>;

/** Unpacks in this very process. */
export const unpackHere: Unpack = async ({ graph, to }) => write(to, await run(graph));

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
      await handle.write(new Uint8Array(buffer, byteOffset, byteLength), 0, byteLength, start);
      end = start + byteLength;
    }
  } finally {
    await handle.close();
  }
}
