import { expect, onTestFinished, test } from 'vitest';
import { LoadedModel, probeHere } from '../../src/denoiser';
import { tinyAdaptedModel } from '../tinyModels';
import { copyIn } from './engineUnderTest';

const before = 'def total(values):\n    result = 0\n    for value in values:\n'.repeat(6);
const after = '    return result\n';

/** The adapted model in a precision, on the CPU: what it predicts behind a context that continues another one. */
async function continued(precision: string) {
  const { folder, remove } = await copyIn([precision], tinyAdaptedModel);
  onTestFinished(remove);
  const model = await LoadedModel.open(
    { folder, executionProvider: 'cpu', threads: 1, contextCacheBytes: 2 ** 24 },
    probeHere,
  );
  onTestFinished(() => model.dispose());
  expect(model.precision).toBe(precision);
  const bind = (text: string) =>
    model.bind(
      model.layOut({ texts: [text, after], startsDocument: true, endsDocument: true }, 'python'),
    );
  await bind(before);
  const { bytes } = model.contextCache;
  const { denoiser, reused } = await bind(`${before}        result += value\n`);
  const tokens = new Int32Array(6).fill(model.tokens.mask);
  const [prediction] = await denoiser.denoise([{ spanLengths: [6], tokens }]);
  return { bytes, reused, prediction: prediction! };
}

test('a context in float16 takes half the room and says the same', async () => {
  const [half, exact] = [await continued('fp16'), await continued('fp32')];
  // Tokens and positions take what they did.
  expect(half.bytes / exact.bytes).toBeGreaterThan(0.5);
  expect(half.bytes / exact.bytes).toBeLessThan(0.6);
  expect(half.reused).toBe(exact.reused);
  expect(half.reused).toBeGreaterThan(100);
  exact.prediction.entropy.forEach((entropy, slot) => {
    expect(Math.abs(half.prediction.entropy[slot]! - entropy)).toBeLessThan(0.01);
    const at = slot * exact.prediction.topK;
    expect(half.prediction.tokens[at]).toBe(exact.prediction.tokens[at]);
    expect(Math.abs(half.prediction.logProbs[at]! - exact.prediction.logProbs[at]!)).toBeLessThan(
      0.01,
    );
  });
});
