import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ModelFolderError, readModelFolder, verifyModelFolder } from '../../../src/models';
import { graphFiles } from '../../tinyModels';

const files = {
  'tokenizer.json': '{}',
  'encode.onnx': 'encode',
  'step.onnx': 'step',
  'weights.bin': 'weights',
};
const file = (name: keyof typeof files) => ({
  file: name,
  sha256: createHash('sha256').update(files[name]).digest('hex'),
});

const manifest = {
  formatVersion: 1,
  name: 'sample',
  version: '1.0.0',
  licence: 'MIT',
  family: 'unmask',
  description: '',
  languages: ['python'],
  languageTokens: { python: '<|py|>' },
  tokenizer: file('tokenizer.json'),
  vocabSize: 300,
  specialTokens: { mask: '<|mask|>', pad: '<|pad|>' },
  logitsShift: 0,
  contextLength: 64,
  maxSlots: 32,
  spanGap: 16,
  topK: 8,
  cache: 'exact',
  variants: [
    {
      precision: 'fp32',
      executionProviders: ['cpu'],
      graphs: { encode: file('encode.onnx'), step: file('step.onnx') },
      weights: [file('weights.bin')],
    },
  ],
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'unmask-model-'));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(path.join(folder, name), content);
  }
  await writeManifest(manifest);
});
afterEach(() => rm(folder, { recursive: true }));

const writeManifest = (content: unknown) =>
  writeFile(path.join(folder, 'model.json'), JSON.stringify(content));

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ModelFolderError);
  return (error as Error).message;
}

describe('readModelFolder', () => {
  test('returns the manifest of a complete folder', async () => {
    const model = await readModelFolder(folder);
    expect(model.folder).toBe(folder);
    expect(graphFiles(model.manifest.variants[0]!).step.file).toBe('step.onnx');
  });

  test('names a folder that does not exist', async () => {
    const missing = path.join(folder, 'nowhere');
    expect(await messageOf(readModelFolder(missing))).toContain(missing);
  });

  test('says when a folder holds no manifest, or a broken one', async () => {
    await rm(path.join(folder, 'model.json'));
    expect(await messageOf(readModelFolder(folder))).toMatch(/has no readable model\.json/);
    await writeFile(path.join(folder, 'model.json'), '{"name":');
    expect(await messageOf(readModelFolder(folder))).toMatch(/not valid JSON.*Correct it/);
  });

  test('names the file that is missing', async () => {
    await rm(path.join(folder, 'weights.bin'));
    expect(await messageOf(readModelFolder(folder))).toMatch(/weights\.bin is missing/);
  });

  test('asks for an update when the format is newer', async () => {
    await writeManifest({ ...manifest, formatVersion: 2, variants: 'something else' });
    expect(await messageOf(readModelFolder(folder))).toMatch(/format version 2.*Update Unmask/);
  });

  test.each([
    ['contextLength', { ...manifest, contextLength: '64' }],
    ['spanGap', { ...manifest, spanGap: 2 ** 32 }],
    ['specialTokens.mask', { ...manifest, specialTokens: { pad: '<|pad|>' } }],
    ['tokenizer.sha256', { ...manifest, tokenizer: { file: 'tokenizer.json', sha256: 'abc' } }],
    ['logitsShift', { ...manifest, logitsShift: 1 }],
    ['family', { ...manifest, family: 'other' }],
    ['specialTokens', { ...manifest, specialTokens: { mask: '<|pad|>', pad: '<|pad|>' } }],
    ['specialTokens', { ...manifest, specialTokens: { ...manifest.specialTokens, expand: 'x' } }],
    [
      'variants.0.executionProviders.0',
      {
        ...manifest,
        variants: [{ ...manifest.variants[0], executionProviders: ['CPUExecutionProvider'] }],
      },
    ],
  ])('names the key %s when it is wrong', async (key, content) => {
    await writeManifest(content);
    expect(await messageOf(readModelFolder(folder))).toContain(`(${key}: `);
  });

  test('names every key that is missing or misspelt', async () => {
    const { licence: license, maxSlots: _, ...others } = manifest;
    await writeManifest({ ...others, license });
    const says =
      /\(licence: is missing; maxSlots: is missing; .*"license"\)\. Correct it.* or update Unmask/;
    expect(await messageOf(readModelFolder(folder))).toMatch(says);
  });

  test('reads a manifest behind a byte-order mark', async () => {
    await writeFile(path.join(folder, 'model.json'), `\uFEFF${JSON.stringify(manifest)}`);
    expect((await readModelFolder(folder)).manifest.name).toBe('sample');
  });

  test.each(['../tokenizer.json', '..', '.'])(
    'refuses a manifest that reaches outside its folder: %s',
    async (file) => {
      await writeManifest({ ...manifest, tokenizer: { ...manifest.tokenizer, file } });
      expect(await messageOf(readModelFolder(folder))).toMatch(/tokenizer\.file.*plain file name/);
    },
  );
});

describe('verifyModelFolder', () => {
  test('accepts files with the right contents', async () => {
    await verifyModelFolder(await readModelFolder(folder));
  });

  test('names the file whose contents differ', async () => {
    const model = await readModelFolder(folder);
    await writeFile(path.join(folder, 'weights.bin'), 'weightz');
    expect(await messageOf(verifyModelFolder(model))).toMatch(
      /sample is corrupt \(weights\.bin .*Reinstall the model, or, .*: [0-9a-f]{64}$/,
    );
  });

  test('checks only the files it is given', async () => {
    const model = await readModelFolder(folder);
    await writeFile(path.join(folder, 'weights.bin'), 'weightz');
    await verifyModelFolder(model, [model.manifest.tokenizer]);
  });
});
