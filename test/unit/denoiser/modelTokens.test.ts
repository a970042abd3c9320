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
const sequence = (...pretokenizers: object[]) => ({ type: 'Sequence', pretokenizers });
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
  const pre_tokenizer = sequence(
    { type: 'Digits', individual_digits: true },
    { ...byteLevel, add_prefix_space: true },
  );
  expect(await saidOf(having({ pre_tokenizer }))).toContain('a space before every text');
});

test('a token that is added twice, under ids of its own, does no harm', async () => {
  const { added_tokens } = JSON.parse(written);
  const twice = [512, 513].map((id) => ({ ...added_tokens[0], content: '<|other|>', id }));
  const text = having({ added_tokens: [...added_tokens, ...twice] });
  await writeFile(path.join(model.folder, 'tokenizer.json'), text);
  expect((await openTokenizer(model)).tokenizer.flaw).toBeUndefined();
});

test('a token that is added may be called as what every object of JavaScript has', async () => {
  const { added_tokens } = JSON.parse(written);
  const added = { ...added_tokens[0], content: 'constructor', id: 512, special: false };
  const text = having({ added_tokens: [...added_tokens, added] });
  await writeFile(path.join(model.folder, 'tokenizer.json'), text);
  expect((await openTokenizer(model)).tokenizer.idOf('constructor')).toBe(512);
});

test.each<[string, object]>([
  ['a Split without its pattern', { pre_tokenizer: sequence({ type: 'Split' }, byteLevel) }],
  ['a normaliser to small letters', { normalizer: { type: 'Lowercase' } }],
  ['one that unites characters', { normalizer: { type: 'NFKC' } }],
  [
    'one that takes away space',
    { normalizer: { type: 'Strip', strip_left: true, strip_right: true } },
  ],
])('a tokenizer that loses text, by %s, is refused', async (_, parts) => {
  expect(await saidOf(having(parts))).toMatch(/ reads " if .*" as ".*": Unmask cannot use it\. /);
});

test('a tokenizer that composes characters, as Qwen’s and ModernBERT’s do, is taken', async () => {
  await writeFile(
    path.join(model.folder, 'tokenizer.json'),
    having({ normalizer: { type: 'NFC' } }),
  );
  expect((await openTokenizer(model)).tokenizer.flaw).toBeUndefined();
});

test('a tokenizer without one of the bytes is refused', async () => {
  const { model: bpe } = JSON.parse(written);
  const { ð: _, ...vocab } = bpe.vocab;
  expect(await saidOf(having({ model: { ...bpe, vocab } }))).toContain('Unmask cannot use it');
});

test.each([
  ['a token of the vocabulary under another id', '<|py|>', 512, 'gives <|py|> two ids, 6 and 512'],
  ['a token under the id of another', '<|other|>', 300, 'gives the id 300 to two tokens, '],
])('%s is told', async (_, content, id, says) => {
  const {
    added_tokens: [added],
  } = JSON.parse(written);
  expect(await saidOf(having({ added_tokens: [{ ...added, content, id }] }))).toContain(says);
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
