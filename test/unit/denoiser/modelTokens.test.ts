import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTokenizer } from '../../../src/denoiser/modelTokens';
import { type ModelFolder, ModelFolderError, readModelFolder } from '../../../src/models';
import { writeSequenceModel } from '../../sequenceModel';

let model: ModelFolder;
/** `tokenizer.json` as it is right. */
let written: string;
beforeAll(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'unmask-tokens-'));
  await writeSequenceModel(folder, { inputs: [], shift: 0, specialTokens: {} });
  model = await readModelFolder(folder);
  written = await readFile(path.join(folder, 'tokenizer.json'), 'utf8');
});
afterAll(() => rm(model.folder, { recursive: true }));

/** What is said of a model whose `tokenizer.json` is another text, or whose manifest differs. */
async function saidOf(text: string, changed: Partial<ModelFolder['manifest']> = {}) {
  await writeFile(path.join(model.folder, 'tokenizer.json'), text);
  const manifest = { ...model.manifest, ...changed } as ModelFolder['manifest'];
  const error = await openTokenizer({ ...model, manifest }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ModelFolderError);
  return (error as Error).message;
}

/** `tokenizer.json` with other parts. */
const having = (parts: object) => JSON.stringify({ ...JSON.parse(written), ...parts });

test.each([
  ['that is no JSON', 'none', 'cannot be read (Unexpected token'],
  ['without a model', '{}', 'cannot be read (Tokenizer must contain a "model" property)'],
])('a tokenizer %s is named', async (_, text, says) => {
  expect(await saidOf(text)).toContain(`tokenizer.json of the model neighbours ${says}`);
});

const byteLevel = { type: 'ByteLevel', add_prefix_space: false };
const metaspace = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first' };
test.each<[string, () => object]>([
  [
    'model WordPiece, pre_tokenizer BertPreTokenizer, decoder WordPiece',
    () => ({
      model: { type: 'WordPiece', vocab: { a: 0 } },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      decoder: { type: 'WordPiece' },
    }),
  ],
  [
    'model BPE, pre_tokenizer Metaspace, decoder Metaspace',
    () => ({ pre_tokenizer: metaspace, decoder: metaspace }),
  ],
  [
    'model BPE, pre_tokenizer none, decoder Fuse',
    () => ({ pre_tokenizer: null, decoder: { type: 'Sequence', decoders: [{ type: 'Fuse' }] } }),
  ],
  [
    'model BPE, pre_tokenizer ByteLevel, decoder none',
    () => ({ pre_tokenizer: byteLevel, decoder: null }),
  ],
])('a tokenizer with %s is refused, as it does not keep text as it is', async (found, parts) => {
  expect(await saidOf(having(parts()))).toContain(`is no byte-level BPE (${found})`);
});

test('a tokenizer is a BPE by its merges where it does not say so, as GPT-2’s does not', async () => {
  const { type: _, ...bpe } = JSON.parse(written).model;
  await writeFile(path.join(model.folder, 'tokenizer.json'), having({ model: bpe }));
  const { tokenizer } = await openTokenizer(model);
  const text = 'def f(x):\n    return  x';
  expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
});

test('a tokenizer that puts a space before a text is refused', async () => {
  const pre_tokenizer = {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Digits', individual_digits: true },
      { ...byteLevel, add_prefix_space: true },
    ],
  };
  expect(await saidOf(having({ pre_tokenizer }))).toContain('a space before every text');
});

test('a token that the model has no row for is told', async () => {
  expect(await saidOf(written, { vocabSize: 300 })).toContain(
    'has ids up to 511, and vocabSize in model.json is 300',
  );
});

test('a token that model.json names and the tokenizer has not is told', async () => {
  expect(await saidOf(written, { specialTokens: { mask: '[MASK]' } })).toContain(
    'tokenizer.json of the model neighbours has no token [MASK], which model.json names',
  );
});
