import path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { ModelFile } from '../../models';
import { type CachePart, cacheParts } from '../context/cacheParts';
import { type PastInput, pastInputs } from '../context/pastInputs';
import { onnxRuntime } from '../onnxRuntime';
import type { OpenedOn } from './openedOn';
import { checkUnmaskGraphs } from './unmaskContract';

/** The two graphs of a variant of the family `unmask`: the context is encoded once, and a step computes its slots alone. */
export interface UnmaskGraphs extends OpenedOn {
  readonly family: 'unmask';
  readonly encode: InferenceSession;
  readonly step: InferenceSession;
  /** Where the two lie. */
  readonly files: { readonly encode: string; readonly step: string };
  /** Names of the tensors the encode graph hands to the step graph. */
  readonly cacheNames: readonly string[];
  /** What the encode graph wants of a context it continues; none where it cannot. */
  readonly pastInputs: readonly PastInput[];
  /** What it gives out, where that is of the tokens given to it alone: the engine puts the cache together. */
  readonly cacheParts: readonly CachePart[] | undefined;
  /** Numbers that a slot hands on as key, and as value, where slots can be read from left to right. */
  readonly settledWidth: number | undefined;
}

/** Execution providers on which the encoded context can stay in device memory from graph to graph. */
const KEEPS_CACHE_ON_DEVICE = ['webgpu'];

/**
 * @param model its name
 * @param optionsOf a graph's file
 * @throws {ModelFolderError} when the graphs do not follow the contract; ONNX Runtime's error when they do not load
 */
export async function openUnmaskGraphs(
  folder: string,
  model: string,
  graphs: { readonly encode: ModelFile; readonly step: ModelFile },
  on: OpenedOn,
  optionsOf: (file: string) => InferenceSession.SessionOptions,
): Promise<UnmaskGraphs> {
  const { InferenceSession } = await onnxRuntime();
  const files = {
    encode: path.join(folder, graphs.encode.file),
    step: path.join(folder, graphs.step.file),
  };
  const opened: InferenceSession[] = [];
  const open = async (file: string, options: InferenceSession.SessionOptions) => {
    const session = await InferenceSession.create(file, options);
    opened.push(session);
    return session;
  };
  try {
    const step = await open(files.step, optionsOf(files.step));
    const cacheNames = step.inputNames.filter((name) => name.startsWith('cache.'));
    const encode = await open(files.encode, {
      ...optionsOf(files.encode),
      ...(KEEPS_CACHE_ON_DEVICE.includes(on.executionProvider) && {
        preferredOutputLocation: Object.fromEntries(cacheNames.map((name) => [name, 'gpu-buffer'])),
      }),
    });
    checkUnmaskGraphs(model, {
      encode: [graphs.encode.file, encode],
      step: [graphs.step.file, step],
    });
    return {
      ...on,
      family: 'unmask',
      encode,
      step,
      files,
      cacheNames,
      pastInputs: pastInputs(encode),
      cacheParts: cacheParts(encode, cacheNames),
      settledWidth: settledWidthOf(step),
    };
  } catch (error) {
    for (const session of opened) await session.release();
    throw error;
  }
}

function settledWidthOf({ inputMetadata }: InferenceSession): number | undefined {
  const settled = inputMetadata.find(({ name }) => name === 'settled.key');
  return settled?.isTensor ? Number(settled.shape[2]) : undefined;
}
