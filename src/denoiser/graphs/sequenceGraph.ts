import path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { ModelFile } from '../../models';
import { onnxRuntime } from '../onnxRuntime';
import { absent, againstContract } from './graphNames';
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

/**
 * @param model its name
 * @param optionsOf a graph's file
 * @throws {ModelFolderError} when the graph does not follow the contract; ONNX Runtime's error when it does not load
 */
export async function openSequenceGraph(
  folder: string,
  model: string,
  graphs: { readonly denoise: ModelFile },
  on: OpenedOn,
  optionsOf: (file: string) => InferenceSession.SessionOptions,
): Promise<SequenceGraph> {
  const { InferenceSession } = await onnxRuntime();
  const file = path.join(folder, graphs.denoise.file);
  const denoise = await InferenceSession.create(file, optionsOf(file));
  try {
    checkGraph(model, denoise);
  } catch (error) {
    await denoise.release();
    throw error;
  }
  const inputs = new Set(SEQUENCE_INPUTS.filter((name) => denoise.inputNames.includes(name)));
  return { ...on, family: 'masked-lm', denoise, files: { denoise: file }, inputs };
}

function checkGraph(model: string, denoise: InferenceSession): void {
  const { inputNames, outputNames, inputMetadata, outputMetadata } = denoise;
  const [missing] = [
    ...absent('graph input', ['input_ids'], inputNames),
    ...absent('graph output', ['logits'], outputNames),
  ];
  if (missing) throw againstContract(model, `it lacks the ${missing}`);
  const known: readonly string[] = ['input_ids', ...SEQUENCE_INPUTS];
  const unknown = inputNames.find((name) => !known.includes(name));
  if (unknown) throw againstContract(model, `its graph asks for ${unknown}, which is unknown here`);
  const types = [
    ...inputMetadata.map((value) => [value, 'int64'] as const),
    ...outputMetadata
      .filter(({ name }) => name === 'logits')
      .map((value) => [value, 'float32'] as const),
  ];
  for (const [value, wanted] of types) {
    if (!value.isTensor || value.type !== wanted)
      throw againstContract(model, `${value.name} is not a tensor of ${wanted}`);
  }
}
