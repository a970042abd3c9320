import { describe, expect, test } from 'vitest';
import { DenoiserError, type Prediction, SamplerError } from '../../../src/diffusion/denoiser';
import { maskedSlots } from '../../../src/diffusion/noise';
import { presetNamed, presets } from '../../../src/diffusion/settings/presets';
import {
  brokenDenoiser,
  constantDenoiser,
  MASK,
  PAD,
  predictionOf,
  rowsDenoiser,
  uniformDenoiser,
  withQuality,
} from './predictions';
import { range, run } from './run';
import { sampler } from './samplers';

const slots = maskedSlots([3], MASK);
const good = predictionOf([
  [0.5, 0.3, 0.2],
  [0.5, 0.3, 0.2],
  [0.5, 0.3, 0.2],
]);
const withLogProb = (index: number, value: number): Prediction => {
  const logProbs = good.logProbs.slice();
  logProbs[index] = value;
  return { ...good, logProbs };
};
const withEntropy = (value: number): Prediction => ({
  ...good,
  entropy: Float32Array.of(0, value, 0),
});

const withQualities = (...quality: number[]): Prediction => ({
  ...good,
  quality: Float32Array.from(quality),
});

describe('predictions nothing can be sampled from are refused in words', () => {
  const impossible = { ...good, logProbs: good.logProbs.map((x, i) => (i < 6 ? x : -Infinity)) };
  const shorter = { ...good, tokens: good.tokens.slice(1) };
  test.each<[string, Prediction, RegExp]>([
    ['NaN', withLogProb(3, Number.NaN), /slot 1 a log-probability of NaN/],
    ['NaN in the tail', withLogProb(8, Number.NaN), /slot 2 a log-probability of NaN/],
    ['+∞', withLogProb(0, Number.POSITIVE_INFINITY), /slot 0 a log-probability of Infinity/],
    ['a positive log-probability', withLogProb(0, 0.5), /slot 0 a log-probability of 0.5/],
    ['all −∞', impossible, /no token possible for slot 2/],
    ['rows not in order', withLogProb(4, -0.1), /slot 1 from the most probable down/],
    ['tokens of a wrong length', shorter, /returned 8 tokens where 9 were expected/],
    [
      'log-probabilities of a wrong length',
      { ...good, logProbs: good.logProbs.slice(2) },
      /returned 7 log-probabilities where 9/,
    ],
    [
      'entropies of a wrong length',
      { ...good, entropy: new Float32Array(4) },
      /returned 4 entropies where 3/,
    ],
    ['no alternatives', { ...good, topK: 0 }, /proposes 0 tokens per slot/],
    ['an entropy of NaN', withEntropy(Number.NaN), /slot 1 an entropy of NaN/],
    ['an infinite entropy', withEntropy(Number.POSITIVE_INFINITY), /slot 1 an entropy of Infinity/],
    ['a negative entropy', withEntropy(-1), /slot 1 an entropy of -1/],
    ['a quality of NaN', withQualities(0, Number.NaN, 0), /slot 1 a quality of NaN/],
    ['a quality above 1', withQualities(0, 0, 1.1), /slot 2 a quality of 1.1/],
    ['qualities of a wrong length', withQualities(0, 0), /returned 2 quality scores where 3/],
    [
      'the mask itself',
      { ...good, tokens: good.tokens.map((t) => (t === 2 ? MASK : t)) },
      /the mask itself for slot 0/,
    ],
  ])('%s', async (_, prediction, message) => {
    const failure = run(brokenDenoiser(prediction), { slots, sampler: sampler() });
    await expect(failure).rejects.toThrow(DenoiserError);
    await expect(failure).rejects.toThrow(message);
  });

  test.each([0, 2])('%s predictions for one canvas', async (n) => {
    const denoiser = { ...brokenDenoiser(good), denoise: async () => new Array(n).fill(good) };
    await expect(run(denoiser, { slots, sampler: sampler() })).rejects.toThrow(
      `returned ${n} pred`,
    );
  });

  test('rounding errors are not', async () => {
    const rounded = { ...withLogProb(0, 1e-6), entropy: Float32Array.of(-1e-6, 0, 0) };
    const { steps } = await run(brokenDenoiser(rounded), { slots, sampler: sampler() });
    expect(steps[0]!.confidence[0]).toBe(1);
  });

  test('the mask with probability 0 is not', async () => {
    const tokens = Int32Array.of(0, 1, MASK);
    const logProbs = Float32Array.of(Math.log(0.6), Math.log(0.4), -Infinity);
    const prediction = { topK: 3, tokens, logProbs, entropy: Float32Array.of(0.67) };
    const one = maskedSlots([1], MASK);
    for (const seed of range(50)) {
      const { tokens: filled } = await run(brokenDenoiser(prediction), {
        slots: one,
        sampler: sampler(),
        seed,
      });
      expect(filled[0]).toBeLessThan(2);
    }
  });
});

test('a model without a quality head is refused before the first step', async () => {
  const denoiser = uniformDenoiser();
  const prism = presetNamed('PRISM')!.sampler;
  const refused = run(denoiser, { slots, sampler: prism });
  await expect(refused).rejects.toThrow(/no quality head.*P2/);
  await expect(refused).rejects.toBeInstanceOf(SamplerError);
  expect(denoiser.calls).toBe(0);
});

describe.each(presets)('$name', ({ sampler: settings }) => {
  const long = maskedSlots([5, 12], MASK);

  test('fills from a denoiser that knows nothing', async () => {
    const { generation } = await run(withQuality(uniformDenoiser(), 0.4), {
      slots: long,
      sampler: settings,
    });
    expect(generation.kind).toBe('finished');
    expect(generation.slots.every(({ state, token }) => state === 'revealed' && token < 4)).toBe(
      true,
    );
    expect(generation.meanLogProb).toBeCloseTo(Math.log(1 / 4), 6);
  });

  test('repeats what a denoiser is certain of', async () => {
    const rows = range(17).map((i) => range(5).map((token) => (token === i % 5 ? 1 : 0)));
    const { tokens } = await run(withQuality(rowsDenoiser(rows), 0.4), {
      slots: long,
      sampler: settings,
    });
    expect(tokens).toEqual(range(17).map((i) => i % 5));
  });

  test('fills with pads alone when that is all there is', async () => {
    const pad = constantDenoiser([1], PAD);
    const { tokens } = await run(withQuality(pad, 0.4), { slots: long, sampler: settings });
    expect(tokens).toEqual(new Array(17).fill(PAD));
  });

  test('fails on NaN at once', async () => {
    const broken = withQuality(brokenDenoiser(withLogProb(0, Number.NaN)), 0.4);
    const failure = run(broken, { slots, sampler: settings });
    await expect(failure).rejects.toThrow(DenoiserError);
  });
});
