import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openGraphsIn } from '../../../src/denoiser/graphs/graphs';
import { readOnnx, writeOnnx } from '../../../src/denoiser/onnxFile';
import { readModelFolder } from '../../../src/models';
import { VOCABULARY } from '../../sequenceModel';
import { madeModel } from './madeModel';

describe('a graph that does not follow the contract is refused, and closed', () => {
  it.each([
    ['lacks the output logits (it has scores)', 'logits', 'scores'],
    ['asks for token_types, which is unknown here', 'position_ids', 'token_types'],
  ])('%s', async (reason, name, other) => {
    const { folder, remove } = await madeModel();
    onTestFinished(remove);
    const file = path.join(folder, 'denoise.onnx');
    await writeFile(file, renamed(await readFile(file), name, other));
    await isRefused(folder, reason);
  });

  it('has logits of fewer tokens than the model is said to know', async () => {
    const { folder, remove } = await madeModel();
    onTestFinished(remove);
    const known = VOCABULARY + 1;
    const reason = `has logits of ${VOCABULARY} tokens, and vocabSize in model.json is ${known}`;
    await isRefused(folder, reason, { vocabSize: known });
  });

  async function isRefused(folder: string, reason: string, changed: object = {}) {
    const read = await readModelFolder(folder);
    const model = { ...read, manifest: { ...read.manifest, ...changed } };
    const [variant] = model.manifest.variants;
    await expect(openGraphsIn(folder, model, variant!, 'cpu', 1)).rejects.toThrow(
      `The model neighbours does not follow the model contract: denoise.onnx ${reason}. Export it again or select another model.`,
    );
  }
});

/** A graph in which a value has another name. */
function renamed(graph: Uint8Array, name: string, other: string): Uint8Array {
  const text = JSON.stringify(readOnnx(graph), (_, value) => (value === name ? other : value));
  return writeOnnx(JSON.parse(text));
}
