import { describe, expect, test } from 'vitest';
import { predictionsOf, type StepOutputs } from '../../../../src/denoiser/slots/predictions';
import { DenoiserError } from '../../../../src/diffusion/denoiser';

const canvas = (count: number) => ({ first: 0, count });

/** Two rows of two slots with three tokens each; the second row's last slot is a filler. */
const outputs = (change: Partial<StepOutputs> = {}): StepOutputs => ({
  topK: 3,
  slots: 2,
  ids: BigInt64Array.from([5n, 6n, 7n, 8n, 9n, 5n, 6n, 5n, 7n, 0n, 0n, 0n]),
  logProbs: Float32Array.from([-0.5, -1, -2, -0.25, -2, -3, -0.125, -3, -4, NaN, NaN, NaN]),
  entropy: Float32Array.from([1, 2, 3, NaN]),
  quality: undefined,
  ...change,
});

test('cuts a batch into canvases and leaves fillers out', () => {
  const [first, second] = predictionsOf(outputs(), [canvas(2), canvas(1)], 10);
  expect(first).toMatchObject({ topK: 3 });
  expect([...first!.tokens]).toEqual([5, 6, 7, 8, 9, 5]);
  expect([...first!.logProbs]).toEqual([-0.5, -1, -2, -0.25, -2, -3]);
  expect([...first!.entropy]).toEqual([1, 2]);
  expect([...second!.tokens]).toEqual([6, 5, 7]);
  expect([...second!.entropy]).toEqual([3]);
  expect(first).not.toHaveProperty('quality');
});

test('leaves out slots that were not asked about', () => {
  const [prediction] = predictionsOf(outputs(), [{ first: 1, count: 1 }], 10);
  expect([...prediction!.tokens]).toEqual([8, 9, 5]);
  expect([...prediction!.entropy]).toEqual([2]);
});

test('never offers ids beyond the tokenizer, nor tokens of probability 0', () => {
  const logProbs = Float32Array.from([-0.5, -1, -Infinity, -0.25, -2, -3, 0, 0, 0, 0, 0, 0]);
  const [prediction] = predictionsOf(outputs({ logProbs }), [canvas(2)], 9);
  expect(prediction!.topK).toBe(2);
  expect([...prediction!.tokens]).toEqual([5, 6, 8, 5]);
  expect([...prediction!.logProbs]).toEqual([-0.5, -1, -0.25, -3]);
  // No slot offers more than the one that has least to offer.
  const [poor] = predictionsOf(outputs(), [canvas(2)], 9);
  expect([poor!.topK, ...poor!.tokens]).toEqual([2, 5, 6, 8, 5]);
});

test('finds no slot surer than the best token that can be chosen there', () => {
  const entropy = Float32Array.from([0.7, 0.01, 3, NaN]);
  // The first slot is all but certain of a token that the graph does not list.
  const logProbs = Float32Array.from([-5.75, -6, -6.5, -0.01, -5, -6, -1, -2, -3, NaN, NaN, NaN]);
  const [prediction] = predictionsOf(outputs({ entropy, logProbs }), [canvas(2)], 10);
  expect([...prediction!.entropy]).toEqual([5.75, Math.fround(0.01)]);
});

test('takes a log-probability rounded a little above 0 for 0', () => {
  const logProbs = new Float32Array(12).fill(-1);
  logProbs[0] = 1e-5;
  expect(predictionsOf(outputs({ logProbs }), [canvas(2)], 10)[0]!.logProbs[0]).toBe(0);
});

describe('refuses', () => {
  const attempt = (change: Partial<StepOutputs>, vocabulary = 10) =>
    expect(() => predictionsOf(outputs(change), [canvas(2)], vocabulary));

  test('a log-probability that is no number or positive', () => {
    attempt({ logProbs: new Float32Array(12).fill(NaN) }).toThrow(DenoiserError);
    attempt({ logProbs: new Float32Array(12).fill(0.5) }).toThrow(/unusable numbers/);
  });

  test('an entropy or a quality that is no number', () => {
    attempt({ entropy: new Float32Array(4).fill(NaN) }).toThrow(DenoiserError);
    attempt({ quality: new Float32Array(4).fill(Infinity) }).toThrow(DenoiserError);
  });

  test('a slot in which no token is possible', () => {
    attempt({ logProbs: new Float32Array(12).fill(-Infinity) }).toThrow(/no token is possible/);
    attempt({}, 5).toThrow(/no token is possible/);
  });
});
