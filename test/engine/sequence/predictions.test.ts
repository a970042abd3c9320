import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { LoadedModel, probeHere } from '../../../src/denoiser';
import { medianStepMs } from '../../../src/denoiser/selfCheck/stepTiming';
import { sequenceOf } from '../../../src/denoiser/sequence/sequence';
import type { CanvasView, Prediction } from '../../../src/diffusion/denoiser';
import type { LogitsOf, SequenceModelOptions } from '../../sequenceModel';
import { all, madeModel } from './madeModel';

const cpu = { executionProvider: 'cpu', threads: 1, contextCacheBytes: 0 };

const text = ['a = 1\nb = ', '\nprint(', ')\n'] as const;

describe.each([
  ['every input', all.inputs, 0],
  ['every input, and rows about the next token', all.inputs, 1],
  ['the tokens alone', [], 0],
  ['the tokens and the rows wanted', ['logit_rows'], 1],
  ['the tokens and which are fillers', ['attention_mask'], 0],
] as const)('a model of whole sequences with %s', (_, inputs, shift) => {
  let model: LoadedModel;
  let logitsOf: LogitsOf;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const made = await madeModel({ inputs, shift });
    ({ logitsOf, remove } = made);
    model = await LoadedModel.open({ folder: made.folder, ...cpu }, probeHere);
  });
  afterAll(async () => {
    await model.dispose();
    await remove();
  });

  const layOut = () =>
    model.layOut({ texts: [...text], startsDocument: true, endsDocument: true }, 'python');

  /** What the tables say of a slot. */
  function expectRight(found: Prediction, canvas: CanvasView): void {
    const { ids, rows } = sequenceOf(layOut(), canvas, 0);
    const textTokens = model.tokenizer.size;
    const barred = new Set(model.tokenizer.textless.filter((id) => id !== model.tokens.pad));
    rows.forEach((at, slot) => {
      const logits = logitsOf(ids[at - 1], ids[at + 1], at);
      const allowed = [...logits.keys()].filter((id) => id < textTokens && !barred.has(id));
      const total = allowed.reduce((sum, id) => sum + Math.exp(logits[id]!), 0);
      const best = allowed.toSorted((a, b) => logits[b]! - logits[a]!).slice(0, 64);
      const own = found.tokens.subarray(slot * 64, (slot + 1) * 64);
      expect([...own]).toEqual(best);
      best.forEach((id, k) => {
        const expected = logits[id]! - Math.log(total);
        expect(found.logProbs[slot * 64 + k]).toBeCloseTo(expected, 4);
      });
    });
  }

  it('predicts what its graph says of every slot, in a batch of several lengths', async () => {
    const { denoiser } = await model.bind(layOut());
    const { mask } = model.tokens;
    const canvases: CanvasView[] = [
      { spanLengths: [3, 2], tokens: Int32Array.of(mask, 300, mask, mask, 301) },
      { spanLengths: [1, 1], tokens: Int32Array.of(mask, mask) },
      { spanLengths: [2, 3], tokens: Int32Array.of(302, mask, mask, mask, mask) },
    ];
    const predictions = await denoiser.denoise(canvases);
    for (const [i, prediction] of predictions.entries()) {
      expect(prediction.topK).toBe(64);
      expectRight(prediction, canvases[i]!);
    }
  });
});

/** The tokens that a model considers for some slots. */
async function considered(options: Partial<SequenceModelOptions>) {
  const { folder, remove } = await madeModel(options);
  onTestFinished(remove);
  const model = await LoadedModel.open({ folder, ...cpu }, probeHere);
  onTestFinished(() => model.dispose());
  const context = { texts: ['a = ', '\n'], startsDocument: true, endsDocument: true };
  const { denoiser } = await model.bind(model.layOut(context, null));
  const tokens = new Int32Array(24).fill(model.tokens.mask);
  const [prediction] = await denoiser.denoise([{ spanLengths: [tokens.length], tokens }]);
  return { tokenizer: model.tokenizer, tokens: [...prediction!.tokens] };
}

test('never considers an id that its tokenizer has no token for', async () => {
  const { tokenizer, tokens } = await considered({
    changeTokenizer: ({ model: { vocab } }) => {
      const [last, id] = Object.entries(vocab).at(-1)!;
      vocab[last] = id + 4;
    },
  });
  expect(tokens.filter((id) => tokenizer.textOf(id) === `#${id}`)).toEqual([]);
});

test('considers tokens that expand and delete', async () => {
  const specialTokens = { expand: '<|begin|>', delete: '<|end|>' };
  const { tokenizer, tokens } = await considered({ specialTokens });
  expect(tokens).toContain(tokenizer.idOf('<|begin|>'));
});

test('is timed on no more than it reads', async () => {
  const { folder, remove } = await madeModel();
  onTestFinished(remove);
  const model = await LoadedModel.open({ folder, ...cpu }, probeHere);
  onTestFinished(() => model.dispose());
  const { graphs, tokens } = model;
  expect(await medianStepMs(graphs, model.model.manifest, tokens)).toBeGreaterThan(0);
});

test('tells over how much text a step failed, as a model may be said to read more than it does', async () => {
  const { folder, remove } = await madeModel();
  onTestFinished(remove);
  const file = path.join(folder, 'model.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...manifest, contextLength: 200 }));
  const model = await LoadedModel.open({ folder, ...cpu }, probeHere);
  onTestFinished(() => model.dispose());
  const context = { texts: ['ab '.repeat(400), ''], startsDocument: false, endsDocument: false };
  const { denoiser } = await model.bind(model.layOut(context, null));
  const tokens = Int32Array.of(model.tokens.mask, model.tokens.mask);
  await expect(denoiser.denoise([{ spanLengths: [2], tokens }])).rejects.toThrow(
    /^A denoising step over 202 tokens failed on cpu: .* or select another execution provider or model\.$/,
  );
});
