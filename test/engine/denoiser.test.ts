import type { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { LoadedModel, probeHere } from '../../src/denoiser';
import { closeGraphs, openGraphsIn } from '../../src/denoiser/graphs/graphs';
import type { CanvasView, Prediction } from '../../src/diffusion/denoiser';
import { generate } from '../../src/diffusion/generate';
import { maskedSlots } from '../../src/diffusion/noise';
import { interruptible } from '../../src/engine/server/interruptible';
import { readModelFolder } from '../../src/models';
import { graphFiles, tinyAdaptedModel, tinyModel, unmaskGraphs } from '../tinyModels';
import { copyIn, fillRequest } from './engineUnderTest';

let model: LoadedModel;
const opening = (folder: string, executionProvider: string) => ({
  folder,
  executionProvider,
  threads: 1,
  contextCacheBytes: 2 ** 24,
});
const withModel = (folder: string) => {
  beforeAll(async () => {
    model = await LoadedModel.open(opening(folder, 'cpu'), probeHere);
  });
  afterAll(() => model.dispose());
};

const bindTo = (model: LoadedModel, ...texts: string[]) =>
  model.bind(model.layOut({ texts, startsDocument: true, endsDocument: true }, 'python'));
const bind = (...texts: string[]) => bindTo(model, ...texts);

/** A canvas of masks but for the given tokens. */
function canvas(spanLengths: number[], tokens: Record<number, number> = {}): CanvasView {
  const slots = new Int32Array(spanLengths.reduce((a, b) => a + b)).fill(model.tokens.mask);
  for (const [slot, token] of Object.entries(tokens)) slots[Number(slot)] = token;
  return { spanLengths, tokens: slots };
}

function expectSame(found: Prediction, expected: Prediction, digits: number): void {
  expect(found.topK).toBe(expected.topK);
  const byToken = (prediction: Prediction, slot: number) =>
    new Map(
      Array.from({ length: 10 }, (_, k) => [
        prediction.tokens[slot * prediction.topK + k]!,
        prediction.logProbs[slot * prediction.topK + k]!,
      ]),
    );
  expected.entropy.forEach((entropy, slot) => {
    expect(found.entropy[slot]).toBeCloseTo(entropy, digits);
    const there = byToken(found, slot);
    for (const [token, logProb] of [...byToken(expected, slot)].slice(0, 5)) {
      expect(there.get(token)).toBeCloseTo(logProb, digits);
    }
  });
}

describe.each([
  ['trained from scratch', tinyModel],
  ['adapted from an autoregressive one', tinyAdaptedModel],
])('predictions of a model %s', (_, folder) => {
  withModel(folder);

  test('are probabilities, most probable first', async () => {
    const { denoiser } = await bind('def f(x):\n    return ', '\n');
    const [prediction] = await denoiser.denoise([canvas([5])]);
    expect(prediction!.tokens).toHaveLength(5 * prediction!.topK);
    for (let slot = 0; slot < 5; slot++) {
      const row = [
        ...prediction!.logProbs.subarray(slot * prediction!.topK, (slot + 1) * prediction!.topK),
      ];
      expect(row).toEqual([...row].sort((a, b) => b - a));
      const total = row.reduce((sum, logProb) => sum + Math.exp(logProb), 0);
      expect(total).toBeGreaterThan(0.3);
      expect(total).toBeLessThan(1 + 1e-4);
    }
    expect(prediction!.tokens.includes(model.tokens.mask)).toBe(false);
  });

  test('of a batch are those of each canvas alone, whatever its length', async () => {
    const { denoiser } = await bind('def f(x):\n    y = ', '\n    return ', '\n');
    const word = model.tokenizer.encode('x')[0]!;
    const canvases = [canvas([3, 2]), canvas([9, 4], { 2: word }), canvas([1, 1])];
    const together = await denoiser.denoise(canvases);
    for (const [i, one] of canvases.entries()) {
      const [alone] = await denoiser.denoise([one]);
      expectSame(together[i]!, alone!, 4);
    }
  });

  test('depend on the context and on the other slots', async () => {
    const { denoiser: a } = await bind('items = [', ']\n');
    const { denoiser: b } = await bind('import ', '\n');
    const [inList] = await a.denoise([canvas([2])]);
    const [inImport] = await b.denoise([canvas([2])]);
    expect([...inList!.logProbs]).not.toEqual([...inImport!.logProbs]);
    const comma = model.tokenizer.encode(',')[0]!;
    const [afterComma] = await a.denoise([canvas([2], { 0: comma })]);
    expect(afterComma!.entropy[1]).not.toBeCloseTo(inList!.entropy[1]!, 3);
  });
});

describe('slots read from left to right', () => {
  withModel(tinyAdaptedModel);

  const text = ['def f(x):\n    y = ', '\n    return ', '\n'];
  const lengths = [4, 3];
  /** Slots 0…from − 1 hold the first of `tokens`, and the drafts are those after them. */
  const reading = (tokens: readonly number[], from: number, drafts: number): CanvasView => ({
    ...canvas(lengths, { ...tokens.slice(0, from) }),
    causal: { from, drafts: tokens.slice(from, from + drafts) },
  });
  const wordsOf = (word: string, count: number) =>
    Array.from({ length: count }, () => model.tokenizer.encode(word)[0]!);
  const rowOf = (prediction: Prediction, row: number): Prediction => {
    const { topK } = prediction;
    return {
      topK,
      tokens: prediction.tokens.slice(row * topK, (row + 1) * topK),
      logProbs: prediction.logProbs.slice(row * topK, (row + 1) * topK),
      entropy: prediction.entropy.slice(row, row + 1),
    };
  };

  test('are what they are read one by one, settled or not', async () => {
    const tokens = [...wordsOf('x', 2), ...wordsOf('y', 2), ...wordsOf('z', 2)];
    const { denoiser: together } = await bind(...text);
    const [first] = await together.denoise([reading(tokens, 0, 3)]);
    const [second] = await together.denoise([reading(tokens, 4, 2)]);
    const { denoiser: oneByOne } = await bind(...text);
    for (let from = 0; from < 7; from++) {
      const [settled] = await oneByOne.denoise([reading(tokens, from, 0)]);
      const { denoiser: fresh } = await bind(...text);
      const [unsettled] = await fresh.denoise([reading(tokens, from, 0)]);
      expect(settled!.entropy).toHaveLength(1);
      const all = from < 4 ? rowOf(first!, from) : rowOf(second!, from - 4);
      expectSame(settled!, all, 4);
      expectSame(unsettled!, all, 4);
    }
  });

  test('know the tokens before them, drafts among them, and nothing behind', async () => {
    const { denoiser } = await bind(...text);
    const [x, y] = [wordsOf('x', 4), wordsOf('y', 4)];
    const drafted = async (tokens: readonly number[]) =>
      (await denoiser.denoise([reading(tokens, 1, 2)]))[0]!;
    const same = await drafted(x);
    const otherDraft = await drafted([x[0]!, x[1]!, y[2]!]);
    expectSame(rowOf(otherDraft, 1), rowOf(same, 1), 4);
    expect(otherDraft.entropy[2]).not.toBeCloseTo(same.entropy[2]!, 3);
    const otherToken = await drafted([y[0]!, x[1]!, x[2]!]);
    expect(otherToken.entropy[0]).not.toBeCloseTo(same.entropy[0]!, 3);
  });

  test('know the last token of an earlier span', async () => {
    const { denoiser } = await bind(...text);
    const tokens = wordsOf('x', 3);
    const [one] = await denoiser.denoise([reading([...tokens, ...wordsOf('y', 1)], 4, 0)]);
    const [other] = await denoiser.denoise([reading([...tokens, ...wordsOf('z', 1)], 4, 0)]);
    expect(other!.entropy[0]).not.toBeCloseTo(one!.entropy[0]!, 3);
  });

  test('share a batch with others, and with canvases read in both directions', async () => {
    // In floats: rounded to integers, what differs by a millionth beside other canvases can come out a step apart.
    const { folder, remove } = await copyIn(['fp32'], tinyAdaptedModel);
    onTestFinished(remove);
    const floats = await LoadedModel.open(opening(folder, 'cpu'), probeHere);
    onTestFinished(() => floats.dispose());
    const { denoiser } = await bindTo(floats, ...text);
    const tokens = [...wordsOf('x', 2), ...wordsOf('y', 5)];
    await denoiser.denoise([reading(tokens, 2, 1)]);
    const canvases = [
      reading(tokens, 4, 2),
      canvas(lengths),
      reading(wordsOf('z', 7), 1, 0),
      canvas([2, 1]),
    ];
    const batch = await denoiser.denoise(canvases);
    expect(batch.map(({ entropy }) => entropy.length)).toEqual([3, 7, 1, 3]);
    for (const [i, one] of canvases.entries()) {
      const { denoiser: fresh } = await bindTo(floats, ...text);
      const [alone] = await fresh.denoise([one]);
      expectSame(batch[i]!, alone!, 4);
    }
  });
});

describe('a loaded model', () => {
  withModel(tinyModel);

  test('a run that is told to stop during a step ends after that step', async () => {
    const { denoiser } = await bind('x = ', '\n');
    const controller = new AbortController();
    const steps: number[] = [];
    const generation = await generate(
      interruptible(denoiser),
      {
        slots: maskedSlots([32], model.tokens.mask),
        sampler: { ...fillRequest().sampler, steps: 32 },
        seed: 1,
        startTime: 1,
      },
      {
        signal: controller.signal,
        onStep: ({ index }) => {
          steps.push(index);
          // As a message does that comes in while the next step blocks the thread.
          if (index === 2) setImmediate(() => controller.abort());
        },
      },
    );
    expect(generation.kind).toBe('stopped');
    expect(steps).toEqual([0, 1, 2, 3]);
  });

  test('nothing to denoise is no work', async () => {
    const { denoiser } = await bind('a', 'b');
    expect(await denoiser.denoise([])).toEqual([]);
  });

  describe('an execution provider', () => {
    const open = (executionProvider: string, probe = probeHere) =>
      LoadedModel.open(opening(tinyModel, executionProvider), probe);

    test('that fails its probe is left, with the reason', async () => {
      const left = await open('webgpu', async () => ({ kind: 'unusable', reason: 'it smells' }));
      expect(left.executionProvider).toBe('cpu');
      expect(left.fallbacks).toEqual([{ executionProvider: 'webgpu', reason: 'it smells' }]);
      await left.dispose();
    });

    test('that ONNX Runtime does not have here is left', async () => {
      const elsewhere = process.platform === 'darwin' ? 'dml' : 'coreml';
      const left = await open(elsewhere);
      expect(left.executionProvider).toBe('cpu');
      expect(left.fallbacks).toEqual([
        {
          executionProvider: elsewhere,
          reason: `ONNX Runtime has no ${elsewhere} on ${process.platform}-${process.arch}`,
        },
      ]);
      await left.dispose();
    });

    test.runIf(process.platform === 'linux' && process.arch === 'x64')(
      'whose library is not there is left, and the reason names the setting',
      async () => {
        const left = await open('cuda');
        expect(left.executionProvider).toBe('cpu');
        expect(left.fallbacks).toEqual([
          {
            executionProvider: 'cuda',
            reason: expect.stringContaining('unmask.cudaLibraryFolder'),
          },
        ]);
        await left.dispose();
      },
    );
  });
});

test('graphs are all closed, also where one fails to', async () => {
  const folder = await readModelFolder(tinyModel);
  const graphs = await openGraphsIn(tinyModel, folder, folder.manifest.variants[0]!, 'cpu', 1);
  const { encode, step } = unmaskGraphs(graphs);
  await encode.release();
  await expect(closeGraphs(graphs)).rejects.toThrow('disposed');
  await expect(step.release()).rejects.toThrow('disposed');
});

test('graphs that do not follow the contract are refused, and closed', async () => {
  const folder = await readModelFolder(tinyModel);
  const [variant] = folder.manifest.variants;
  const graphs = await openGraphsIn(tinyModel, folder, variant!, 'cpu', 1);
  await closeGraphs(graphs);
  const session: InferenceSession = Object.getPrototypeOf(unmaskGraphs(graphs).step);
  const release = vi.spyOn(session, 'release');
  onTestFinished(() => release.mockRestore());
  const { encode, step } = graphFiles(variant!);
  const swapped = { ...variant!, graphs: { encode: step, step: encode } };
  await expect(openGraphsIn(tinyModel, folder, swapped, 'cpu', 1)).rejects.toThrow(
    'The model unmask-tiny does not follow the model contract: step.fp32.onnx lacks the input context_ids (it has slot_ids, ',
  );
  expect(release).toHaveBeenCalledTimes(2);
});
