import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SequenceInput } from '../src/denoiser/graphs/sequenceGraph';
import { writeOnnx } from '../src/denoiser/onnxFile';
import { samplerRandom } from '../src/diffusion/random';
import { tinyModel } from './tinyModels';

/** Rows of the tables: more than the tokenizer of the tiny model has tokens. */
export const VOCABULARY = 520;
const CONTEXT = 64;
const SLOTS = 32;
/** As many as it reads at once, and the one that the last of these may be about. */
const POSITIONS = CONTEXT + SLOTS + 1;

/** What is changed of a `tokenizer.json`. */
export interface TokenizerJson {
  readonly added_tokens: { readonly content: string; special: boolean }[];
  readonly model: { vocab: Record<string, number>; merges: unknown };
}

/** What a model is made with. */
export interface SequenceModelOptions {
  /** What its graph has beside `input_ids`. */
  readonly inputs: readonly SequenceInput[];
  readonly shift: 0 | 1;
  readonly specialTokens: Readonly<Record<string, string>>;
  /** Changes the tiny model's `tokenizer.json`, which it has. */
  readonly changeTokenizer?: (json: TokenizerJson) => void;
  /** Ids that are the least probable everywhere; none unless given. */
  readonly improbable?: readonly number[];
}

/** The logits of a token, by the tokens beside it and, of a graph that is told positions, by where it stands. */
export type LogitsOf = (
  left: number | undefined,
  right: number | undefined,
  position: number,
) => Float32Array;

/**
 * Writes a model of the family `masked-lm` into a folder: a token depends on its two neighbours, by tables of random numbers,
 * so that what it predicts can be told without it. Ids that are no text are the most probable everywhere.
 */
export async function writeSequenceModel(
  folder: string,
  { inputs, shift, specialTokens, changeTokenizer, improbable = [] }: SequenceModelOptions,
): Promise<LogitsOf> {
  const random = samplerRandom(1, 0);
  const table = (rows: number) =>
    Float32Array.from({ length: rows * VOCABULARY }, () => 6 * random() - 3);
  const tables = { left: table(VOCABULARY), right: table(VOCABULARY), place: table(POSITIONS) };
  for (let row = 0; row < VOCABULARY; row++) {
    for (const token of [0, 1, 2, 3, 4, VOCABULARY - 1]) tables.left[row * VOCABULARY + token] = 9;
    for (const token of improbable) tables.left[row * VOCABULARY + token] = -9;
  }
  const tokenizer = JSON.parse(await readFile(path.join(tinyModel, 'tokenizer.json'), 'utf8'));
  changeTokenizer?.(tokenizer);
  await writeFile(path.join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFile(path.join(folder, 'denoise.onnx'), graphOf(tables, inputs, shift));
  const fileOf = async (file: string) => {
    const bytes = await readFile(path.join(folder, file));
    return { file, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  const manifest = {
    formatVersion: 1,
    name: 'neighbours',
    version: '1.0.0',
    licence: 'MIT',
    family: 'masked-lm',
    description: '',
    languages: [],
    tokenizer: await fileOf('tokenizer.json'),
    vocabSize: VOCABULARY,
    specialTokens: { mask: '<|mask|>', ...specialTokens },
    logitsShift: shift,
    contextLength: CONTEXT,
    maxSlots: SLOTS,
    variants: [
      {
        precision: 'fp32',
        executionProviders: ['cpu', 'webgpu'],
        graphs: { denoise: await fileOf('denoise.onnx') },
        weights: [],
      },
    ],
  };
  await writeFile(path.join(folder, 'model.json'), JSON.stringify(manifest));
  const rowOf = (name: keyof typeof tables, row: number) =>
    tables[name].subarray(row * VOCABULARY, (row + 1) * VOCABULARY);
  return (left, right, position) =>
    Float32Array.from(
      { length: VOCABULARY },
      (_, token) =>
        (left === undefined ? 0 : rowOf('left', left)[token]!) +
        (right === undefined ? 0 : rowOf('right', right)[token]!) +
        (inputs.includes('position_ids') ? rowOf('place', position)[token]! : 0),
    );
}

const FLOAT = 1;
const INT64 = 7;

/** logits [B,N,V] or [B,R,V] = left[ids before] + right[ids behind] (+ place[position]), each 0 where nothing stands. */
function graphOf(
  tables: Readonly<Record<string, Float32Array>>,
  inputs: readonly SequenceInput[],
  shift: 0 | 1,
): Uint8Array {
  const node: object[] = [];
  const initializer: object[] = [];
  let count = 0;
  const op = (opType: string, input: string[], attribute: object[] = [], output?: string) => {
    const name = output ?? `value_${count++}`;
    node.push({ name: `make_${name}`, opType, domain: '', input, output: [name], attribute });
    return name;
  };
  const constant = (values: readonly number[]) => {
    const name = `constant_${count++}`;
    const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    initializer.push({ name, dims: [values.length], dataType: INT64, rawData });
    return name;
  };
  const integer = (name: string, i: number) => ({ name, i, type: 2 });
  for (const [name, values] of Object.entries(tables)) {
    const dims = [values.length / VOCABULARY, VOCABULARY];
    initializer.push({ name, dims, dataType: FLOAT, rawData: new Uint8Array(values.buffer) });
  }
  /** What stands `by` columns further on, 0 beyond the ends. */
  const beside = (value: string, by: number) => {
    const padded = op('Pad', [value, constant([0, Math.max(0, -by), 0, Math.max(0, by)])]);
    const from = Math.max(0, by);
    const width = op('Slice', [op('Shape', [value]), constant([1]), constant([2])]);
    const end = op('Add', [width, constant([from])]);
    return op('Slice', [padded, constant([from]), end, constant([1])]);
  };
  const present = inputs.includes('attention_mask')
    ? 'attention_mask'
    : op('Add', [op('Mul', ['input_ids', constant([0])]), constant([1])]);
  const neighbour = (name: string, by: number) => {
    const found = op('Gather', [name, beside('input_ids', by)]);
    const there = op('Cast', [beside(present, by)], [integer('to', FLOAT)]);
    return op('Mul', [found, op('Unsqueeze', [there, constant([2])])]);
  };
  let sum = op('Add', [neighbour('left', shift - 1), neighbour('right', shift + 1)]);
  if (inputs.includes('position_ids')) {
    const place = op('Add', ['position_ids', constant([shift])]);
    sum = op('Add', [sum, op('Gather', ['place', place])]);
  }
  if (inputs.includes('logit_rows')) {
    const rows = op('Unsqueeze', ['logit_rows', constant([2])]);
    op('GatherND', [sum, rows], [integer('batch_dims', 1)], 'logits');
  } else op('Identity', [sum], [], 'logits');
  const value = (name: string, elemType: number, dims: (string | number)[]) => ({
    name,
    type: { tensorType: { elemType, shape: { dim: dims.map(dimension) } } },
  });
  const dimension = (size: string | number) =>
    typeof size === 'number' ? { dimValue: size } : { dimParam: size };
  const width = (name: string) => (name === 'logit_rows' ? 'R' : 'N');
  return writeOnnx({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'neighbours',
      node: node as never,
      initializer: initializer as never,
      input: ['input_ids', ...inputs].map((name) => value(name, INT64, ['B', width(name)])),
      output: [
        value('logits', FLOAT, ['B', inputs.includes('logit_rows') ? 'R' : 'N', VOCABULARY]),
      ],
    },
  });
}
