import type { InferenceSession } from 'onnxruntime-node';
import { ModelFolderError } from '../../models';

/** A tensor that a graph is to take or to give out. */
export interface Value {
  readonly type: 'int64' | 'float32';
  /** Its dimensions, a letter for each that changes from run to run; null for one of the graph's own. */
  readonly dims: readonly (string | null)[];
}

/** What the contract says of a graph, by names. */
export interface GraphContract {
  readonly inputs: Readonly<Record<string, Value>>;
  /** Inputs that it need not have. */
  readonly optional?: Readonly<Record<string, Value>>;
  /** How the names of further inputs begin, which are the graph's own business. */
  readonly own?: string;
  readonly outputs: Readonly<Record<string, Value['type']>>;
}

/** What is told of a graph's inputs and outputs. */
export type Described = Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>;

/** Whose graph is checked. */
export interface Checked {
  /** The model's name. */
  readonly model: string;
  /** The graph's file. */
  readonly file: string;
}

/** @throws {ModelFolderError} naming what a graph lacks, has too much or has otherwise than the contract says */
export function checkGraph(
  checked: Checked,
  { inputMetadata, outputMetadata }: Described,
  { inputs, optional = {}, own, outputs }: GraphContract,
): void {
  const known = { ...inputs, ...optional };
  const isOwn = (name: string) => own !== undefined && name.startsWith(own);
  lacksNone(checked, 'input', Object.keys(inputs), inputMetadata);
  lacksNone(checked, 'output', Object.keys(outputs), outputMetadata);
  for (const input of inputMetadata.filter(({ name }) => !isOwn(name))) {
    const wanted = known[input.name];
    if (!wanted) throw againstContract(checked, `asks for ${input.name}, which is unknown here`);
    hasType(checked, input, wanted.type);
    hasDims(checked, input, wanted.dims);
  }
  for (const output of outputMetadata) {
    const type = outputs[output.name];
    if (type) hasType(checked, output, type);
  }
}

type Metadata = InferenceSession.ValueMetadata;

/** As a graph hands over two tensors for each of its layers. */
const MOST_NAMED = 8;

/** @throws {ModelFolderError} naming the first that is not there, and what is */
export function lacksNone(
  checked: Checked,
  what: 'input' | 'output',
  wanted: readonly string[],
  there: readonly Metadata[],
): void {
  const names = there.map(({ name }) => name);
  const missing = wanted.find((name) => !names.includes(name));
  if (missing === undefined) return;
  const some = [...names.slice(0, MOST_NAMED), ...(names.length > MOST_NAMED ? ['…'] : [])];
  throw againstContract(checked, `lacks the ${what} ${missing} (it has ${some.join(', ')})`);
}

function hasType(checked: Checked, value: Metadata, wanted: Value['type']): void {
  const found = value.isTensor ? value.type : 'something else';
  if (found !== wanted)
    throw againstContract(checked, `has ${value.name} as ${found}, and it must be ${wanted}`);
}

function hasDims(checked: Checked, value: Metadata, wanted: Value['dims']): void {
  // One that tells no shape may have any.
  if (!value.isTensor || value.shape.length === 0) return;
  const { name, shape } = value;
  const of = `${name} as [${shape.map((size) => size || '?').join(',')}]`;
  if (shape.length !== wanted.length)
    throw againstContract(checked, `has ${of}, and it must have ${wanted.length} dimensions`);
  const fixed = wanted.filter((letter, i) => letter !== null && typeof shape[i] === 'number');
  if (fixed.length > 0)
    throw againstContract(
      checked,
      `has ${of}, where ${fixed.join(' and ')} must be free (dynamic axes)`,
    );
}

/** That a graph does not follow the contract, as `reason` says. */
export const againstContract = ({ model, file }: Checked, reason: string) =>
  new ModelFolderError(
    `The model ${model} does not follow the model contract: ${file} ${reason}. Export it again or select another model.`,
  );
