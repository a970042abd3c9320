import { rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { cacheFolder } from '../../models';
import { makeFolder } from '../folders/makeFolder';
import { partialOf, takeIntoUse } from '../folders/staleFolders';
import { writeOnnx } from '../onnxFile';
import { onnxRuntime } from '../onnxRuntime';
import { type FloorGraph, floorGraph } from './floorGraph';
import { type Matmul, matmulsOf } from './matmuls';
import { profileGraph, type TensorShape } from './profile';

/** The time that a graph's matrix multiplications take by themselves on this machine. */
export interface Floor {
  /** Additions and multiplications of a run. */
  readonly operations: readonly number[];
  /** Milliseconds of the multiplications of a run, by its index. */
  measure(run: number): Promise<number>;
  dispose(): Promise<void>;
}

/** The best of so many counts: it is what the machine can do, and the others waited for something. */
const ATTEMPTS = 3;

/**
 * Prepares to measure the floor of a graph: its matrix multiplications, with the same operators, attributes, constants
 * and shapes, in a graph that has nothing else.
 *
 * @param feeds what the graph would be run with, once for every run that is to be measured
 * @throws {Error} when the graph has an operator that is not understood, or no product
 */
export async function openFloor(
  file: string,
  options: InferenceSession.SessionOptions,
  feeds: readonly InferenceSession.FeedsType[],
): Promise<Floor> {
  const folder = partialOf(path.join(cacheFolder(), 'unmask', 'floor', 'graph'));
  // Removes what one that was killed has left.
  await takeIntoUse(folder);
  await makeFolder(folder, 0o700);
  const sessions: InferenceSession[] = [];
  // An engine that is told to end in the middle leaves no weights behind; one that is killed, until the next measurement.
  const removeNow = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeNow);
  const dispose = async (): Promise<void> => {
    process.off('exit', removeNow);
    for (const session of sessions) await session.release();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const profiled = await profileGraph(file, options, folder, feeds);
    const matmuls = matmulsOf(profiled);
    if (matmuls.length === 0) throw new Error('its graph has no matrix products');
    const open = async (empty: boolean) => {
      const graph = floorGraph(matmuls, profiled.model, empty);
      const written = path.join(folder, `${empty ? 'empty' : 'full'}.onnx`);
      await writeFile(written, writeOnnx(graph.model));
      const { InferenceSession } = await onnxRuntime();
      const session = await InferenceSession.create(written, {
        ...options,
        // The nodes are as ONNX Runtime has rewritten them.
        graphOptimizationLevel: 'disabled',
      });
      sessions.push(session);
      return async (run: number): Promise<number> => {
        const feeds = await feedsOf(graph.inputs, run);
        let best = Infinity;
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          const started = performance.now();
          await session.run(feeds);
          best = Math.min(best, performance.now() - started);
        }
        return best;
      };
    };
    const full = await open(false);
    const empty = await open(true);
    return {
      operations: feeds.map((_, run) => sum(matmuls, ({ operations }) => operations[run]!)),
      measure: async (run) => (await full(run)) - (await empty(run)),
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Activations of one run; what is in them does not matter. */
async function feedsOf(inputs: FloorGraph['inputs'], run: number): Promise<Record<string, Tensor>> {
  const feeds: Record<string, Tensor> = {};
  for (const { name, shapes } of inputs) feeds[name] = await activation(shapes[run]!);
  return feeds;
}

async function activation({ type, dims }: TensorShape): Promise<Tensor> {
  const { Tensor } = await onnxRuntime();
  const size = dims.reduce((all, dim) => all * dim, 1);
  switch (type) {
    case 'float':
      return new Tensor('float32', new Float32Array(size).fill(1), dims);
    case 'float16':
      return new Tensor('float16', new Uint16Array(size), dims);
    case 'uint8':
      return new Tensor('uint8', new Uint8Array(size).fill(1), dims);
    case 'int8':
      return new Tensor('int8', new Int8Array(size).fill(1), dims);
    default:
      throw new Error(`activations of type ${type} are not known`);
  }
}

const sum = (matmuls: readonly Matmul[], value: (matmul: Matmul) => number) =>
  matmuls.reduce((total, matmul) => total + value(matmul), 0);
