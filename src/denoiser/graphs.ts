import { existsSync } from 'node:fs';
import path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { type ModelFolder, ModelFolderError, type ModelVariant } from '../models';
import { type CachePart, cacheParts } from './context/cacheParts';
import { type PastInput, pastInputs } from './context/pastInputs';
import { onnxRuntime } from './onnxRuntime';
import { constantsOf } from './rewrittenGraph';

/** The two graphs of a model variant, open on one execution provider. */
export interface Graphs {
  readonly executionProvider: string;
  readonly precision: string;
  /** For the CPU; 0 = ONNX Runtime's default. */
  readonly threads: number;
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
 * Opens a variant's graphs from a folder that has all they need.
 *
 * @param threads for the CPU; 0 = ONNX Runtime's default, one per physical core
 * @throws {ModelFolderError} when the graphs do not follow the contract; ONNX Runtime's error when they do not load
 */
export async function openGraphsIn(
  folder: string,
  model: ModelFolder,
  variant: ModelVariant,
  executionProvider: string,
  threads: number,
  optionsOf = (file: string) =>
    folder === model.folder || !existsSync(constantsOf(file))
      ? sessionOptions(executionProvider, threads)
      : asRewritten(sessionOptions(executionProvider, threads)),
): Promise<Graphs> {
  const { InferenceSession } = await onnxRuntime();
  const files = {
    encode: path.join(folder, variant.graphs.encode.file),
    step: path.join(folder, variant.graphs.step.file),
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
      ...(KEEPS_CACHE_ON_DEVICE.includes(executionProvider) && {
        preferredOutputLocation: Object.fromEntries(cacheNames.map((name) => [name, 'gpu-buffer'])),
      }),
    });
    checkNames(model, encode, step, cacheNames);
    return {
      executionProvider,
      precision: variant.precision,
      threads,
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

/** For a graph that lies there as ONNX Runtime rewrote it: it need not be looked through once more. */
const asRewritten = (options: InferenceSession.SessionOptions) => ({
  ...options,
  graphOptimizationLevel: 'disabled' as const,
});

/** How a session is opened. */
export function sessionOptions(
  executionProvider: string,
  threads: number,
): InferenceSession.SessionOptions {
  return {
    executionProviders: [executionProvider],
    // Idle threads that spin take the cores from each other and from the editor: measured on two cores with busy
    // neighbours, a step took 64 ms instead of 8. On free cores spinning saves less than a tenth of a step. Nor does it help
    // to spin for 50 µs at most: beside one busy neighbour, a larger model's step took 275 ms instead of 163.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    // Every length of a context would get a plan, and a block of memory, of its own: measured, 160 MB of 790.
    enableMemPattern: false,
    ...(threads > 0 && { intraOpNumThreads: threads }),
  };
}

export async function closeGraphs(graphs: Graphs): Promise<void> {
  await graphs.encode.release();
  await graphs.step.release();
}

function checkNames(
  model: ModelFolder,
  encode: InferenceSession,
  step: InferenceSession,
  cacheNames: readonly string[],
): void {
  const readsCausally = settledWidthOf(step) !== undefined;
  const { inputs, outputs } = readsCausally ? READING_CAUSALLY : { inputs: [], outputs: [] };
  const missing = [
    ...absent('encode graph input', ['context_ids', 'context_pos'], encode.inputNames),
    ...absent('encode graph output', cacheNames, encode.outputNames),
    ...absent(
      'step graph input',
      ['slot_ids', 'slot_pos', 'slot_bias', ...inputs],
      step.inputNames,
    ),
    ...absent(
      'step graph output',
      ['topk_ids', 'topk_logprobs', 'entropy', ...outputs],
      step.outputNames,
    ),
  ];
  if (missing.length > 0) {
    throw new ModelFolderError(
      `The model ${model.manifest.name} does not follow the model contract: it lacks the ${missing[0]}. ` +
        'Export it again or select another model.',
    );
  }
}

/** Of a step graph that reads slots from left to right, what it has beside the others. */
const READING_CAUSALLY = {
  inputs: ['causal', 'slot_left', 'settled.key', 'settled.value', 'settled.bias'],
  outputs: ['slot.key', 'slot.value'],
};

const absent = (what: string, wanted: readonly string[], there: readonly string[]) =>
  wanted.filter((name) => !there.includes(name)).map((name) => `${what} ${name}`);
