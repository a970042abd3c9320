import { expect, test } from 'vitest';
import { generate } from '../../../src/diffusion/generate';
import { maskedSlots } from '../../../src/diffusion/noise';
import { textBeforeDoubtfulPads } from '../../../src/diffusion/prediction';
import { presetNamed } from '../../../src/diffusion/presets';
import { MASK, predictionOf } from './predictions';

const PAD = 0;
const doubtful = [0.4, 0.35, 0.25];
const sure = [0.6, 0.3, 0.1];
const text = [0.1, 0.2, 0.7];

const ranked = (row: readonly number[], padToken: number | undefined = PAD) => [
  ...textBeforeDoubtfulPads(predictionOf([row]), padToken).tokens,
];

test('a pad less probable than all text together comes after the best text, with its own probability', () => {
  const moved = textBeforeDoubtfulPads(predictionOf([doubtful]), PAD);
  expect([...moved.tokens]).toEqual([1, PAD, 2]);
  const probabilities = [...moved.logProbs].map((logProb) => Number(Math.exp(logProb).toFixed(6)));
  expect(probabilities).toEqual([0.35, 0.4, 0.25]);
});

test('a pad more probable than all text, and rows led by text, stay as they are', () => {
  expect(ranked(sure)).toEqual([PAD, 1, 2]);
  expect(ranked(text)).toEqual([2, 1, PAD]);
  expect(ranked([0.4, 0, 0])).toEqual([PAD, 1, 2]);
  const prediction = predictionOf([sure, text]);
  expect(textBeforeDoubtfulPads(prediction, PAD)).toBe(prediction);
});

test('to a model without pads every token is text', () => {
  const prediction = predictionOf([doubtful]);
  expect(textBeforeDoubtfulPads(prediction, undefined)).toBe(prediction);
});

const fill = async (row: readonly number[], temperature: number) => {
  const denoiser = {
    maskToken: MASK,
    padToken: PAD,
    denoise: async () => [predictionOf(Array.from({ length: 400 }, () => row))],
  };
  const sampler = { ...presetNamed('LLaDA')!.sampler, temperature, steps: 1 };
  const slots = maskedSlots([400], MASK);
  const { slots: filled } = await generate(denoiser, { slots, sampler, seed: 3, startTime: 1 });
  return filled.filter((slot) => slot.token === PAD).length / filled.length;
};

test('argmax decides between pad and text, sampling keeps the pad’s probability', async () => {
  expect(await fill(doubtful, 0)).toBe(0);
  expect(await fill(sure, 0)).toBe(1);
  // 400 draws at 0.4: within four standard deviations.
  expect(Math.abs((await fill(doubtful, 1)) - 0.4)).toBeLessThan(0.1);
});
