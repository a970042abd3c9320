import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LoadedModel, probeHere } from '../../src/denoiser';
import type { CanvasView, Prediction } from '../../src/diffusion/denoiser';
import { generate } from '../../src/diffusion/generate';
import { maskedSlots } from '../../src/diffusion/noise';
import { interruptible } from '../../src/engine/server/interruptible';
import { fillRequest, tinyAdaptedModel, tinyModel } from './engineUnderTest';

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

const bind = (...texts: string[]) =>
  model.bind(model.layOut({ texts, startsDocument: true, endsDocument: true }, 'python'));

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
