import path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { ModelFile, ModelManifest } from '../../models';
import { onnxRuntime } from '../onnxRuntime';
import {
  againstContract,
  type Checked,
  checkGraph,
  type Described,
  type GraphContract,
} from './checkGraph';
import type { OpenedOn } from './openedOn';

/** The graph of a variant of the family `masked-lm`: every step reads context and slots as one sequence. */
export interface SequenceGraph extends OpenedOn {
  readonly family: 'masked-lm';
  readonly denoise: InferenceSession;
  readonly files: { readonly denoise: string };
  /** Which of the inputs beside `input_ids` it has. */
  readonly inputs: ReadonlySet<SequenceInput>;
}

export const SEQUENCE_INPUTS = ['attention_mask', 'position_ids', 'logit_rows'] as const;
/** What a graph may be told beside the tokens: which are no fillers, where they stand, and the rows that are wanted. */
export type SequenceInput = (typeof SEQUENCE_INPUTS)[number];

const TOKENS = { type: 'int64', dims: ['B', 'N'] } as const;

const OPTIONAL: Readonly<Record<SequenceInput, GraphContract['inputs'][string]>> = {
  attention_mask: TOKENS,
  position_ids: TOKENS,
  logit_rows: { type: 'int64', dims: ['B', 'R'] },
};

const CONTRACT: GraphContract = {
  inputs: { input_ids: TOKENS },
  optional: OPTIONAL,
  outputs: { logits: 'float32' },
};

/**
 * @param optionsOf a graph's file
 * @throws {ModelFolderError} when the graph does not follow the contract; ONNX Runtime's error when it does not load
 */
export async function openSequenceGraph(
  folder: string,
  model: Pick<ModelManifest, 'name' | 'vocabSize'>,
  graphs: { readonly denoise: ModelFile },
  on: OpenedOn,
  optionsOf: (file: string) => InferenceSession.SessionOptions,
): Promise<SequenceGraph> {
  const { InferenceSession } = await onnxRuntime();
  const file = path.join(folder, graphs.denoise.file);
  const denoise = await InferenceSession.create(file, optionsOf(file));
  try {
    const checked = { model: model.name, file: graphs.denoise.file };
    checkGraph(checked, denoise, CONTRACT);
    hasLogits(checked, denoise, model.vocabSize);
  } catch (error) {
    await denoise.release();
    throw error;
  }
  const inputs = new Set(SEQUENCE_INPUTS.filter((name) => denoise.inputNames.includes(name)));
  return { ...on, family: 'masked-lm', denoise, files: { denoise: file }, inputs };
}

/** @throws {ModelFolderError} where there are fewer logits than the model is said to know tokens, as far as its graph tells */
function hasLogits(checked: Checked, { outputMetadata }: Described, vocabSize: number): void {
  const logits = outputMetadata.find(({ name }) => name === 'logits');
  const width = logits?.isTensor ? logits.shape.at(-1) : undefined;
  if (typeof width === 'number' && width < vocabSize)
    throw againstContract(
      checked,
      `has logits of ${width} tokens, and vocabSize in model.json is ${vocabSize}`,
    );
}
