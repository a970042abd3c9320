import { describe, expect, test } from 'vitest';
import { lengthQuantile } from '../../../../src/diffusion/length/quantile';
import {
  biasAt,
  calibratedLength,
  type LengthBias,
  meanConfidence,
} from '../../../../src/diffusion/length/search';
import { predictionOf } from '../predictions';
import { range } from '../run';

const PAD = 2;

/** What a model that knows P(length = n), n = 0…count, says of masked slots; text is spread over two tokens. */
function marginals(probabilities: readonly number[]) {
  const count = probabilities.length - 1;
  return predictionOf(
    range(count).map((i) => {
      const pad = probabilities.slice(0, i + 1).reduce((sum, p) => sum + p, 0);
      return [(1 - pad) / 2, (1 - pad) / 2, pad];
    }),
  );
}

describe('the length by the first pass', () => {
  const of = (probabilities: readonly number[], quantile: number) =>
    lengthQuantile(
      marginals(probabilities),
      { first: 0, count: probabilities.length - 1 },
      PAD,
      quantile,
    );

  test('is the quantile of its distribution', () => {
    const probabilities = [0, 0.1, 0.3, 0.3, 0.2, 0.1, 0];
    expect([0.05, 0.3, 0.4, 0.5, 0.75, 0.95].map((q) => of(probabilities, q))).toEqual([
      1, 2, 3, 3, 4, 5,
    ]);
  });

  test('is longer than where the pad first beats every other token', () => {
    // Two equally probable texts of 2 and 5 tokens: from slot 2 on the pad has 0.45, every text token less.
    const probabilities = [0, 0, 0.45, 0, 0, 0.55, 0];
    const { tokens, topK } = marginals(probabilities);
    expect(tokens[2 * topK]).toBe(PAD);
    expect(of(probabilities, 0.5)).toBe(5);
  });

  test('is all there is where the text may be longer', () => {
    expect(of([0, 0, 0, 0.2, 0.8], 0.5)).toBe(4);
  });

  test('is never nothing', () => {
    expect(of([1, 0, 0], 0.5)).toBe(1);
  });

  test('is not misled by a model whose pads come and go', () => {
    const dips = predictionOf([0.1, 0.6, 0.3, 0.9].map((pad) => [1 - pad, 0, pad]));
    expect(lengthQuantile(dips, { first: 0, count: 4 }, PAD, 0.5)).toBe(1);
    expect(lengthQuantile(dips, { first: 0, count: 4 }, PAD, 0.7)).toBe(3);
  });

  test('of a span is read from its own slots', () => {
    const two = predictionOf([0, 1, 0, 0, 1].map((pad) => [1 - pad, 0, pad]));
    expect(lengthQuantile(two, { first: 2, count: 3 }, PAD, 0.5)).toBe(2);
  });

  test('counts a pad beyond the top K as impossible', () => {
    const none = { ...marginals([0, 0.5, 0.5]), topK: 1 };
    expect(
      lengthQuantile(
        { ...none, tokens: none.tokens.map(() => 0) },
        { first: 0, count: 2 },
        PAD,
        0.5,
      ),
    ).toBe(2);
  });
});

describe('calibrated length search', () => {
  const flat: LengthBias = { slots: [1], confidence: [0] };
  const climb = async (
    phi: (length: number) => number,
    { bias = flat, start = 16, least = 1, most = 64 } = {},
  ) => {
    const asked: number[][] = [];
    const length = await calibratedLength({
      probe: async (lengths) => {
        asked.push([...lengths]);
        return lengths.map(phi);
      },
      bias,
      start,
      least,
      most,
    });
    return { length, asked };
  };

  test.each([1, 2, 7, 16, 17, 33, 64])('finds the peak at %i from anywhere', async (peak) => {
    for (const start of [1, 5, 16, 40, 64])
      expect((await climb((n) => -Math.abs(n - peak), { start })).length).toBe(peak);
  });

  test('sees a peak through the bias of the model', async () => {
    const bias: LengthBias = { slots: [1, 33, 64], confidence: [0.9, 0.3, 0.1] };
    const phi = (n: number) => biasAt(bias, n) + 0.05 * Math.exp(-(((n - 12) / 6) ** 2));
    expect((await climb(phi)).length).toBe(1);
    expect((await climb(phi, { bias })).length).toBe(12);
  });

  test('asks about each length once, within the range', async () => {
    const { length, asked } = await climb((n) => n, { start: 20, least: 5, most: 50 });
    expect(length).toBe(50);
    const all = asked.flat();
    expect(new Set(all).size).toBe(all.length);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...all)).toBeLessThanOrEqual(50);
    expect(asked.every(({ length: count }) => count === 1 || count === 2)).toBe(true);
  });

  test('is given up with its probe, at whichever pass', async () => {
    for (const passes of range(3)) {
      let asked = 0;
      const probe = async (lengths: readonly number[]) => (asked++ < passes ? lengths : undefined);
      const search = { probe, bias: flat, start: 8, least: 1, most: 64 };
      expect(await calibratedLength(search)).toBeUndefined();
    }
  });

  test('stays where nothing is better', async () => {
    expect((await climb(() => 0.5, { start: 9 })).length).toBe(9);
  });

  test('a bias is linear between its lengths and flat beyond them', () => {
    const bias: LengthBias = { slots: [2, 4, 8], confidence: [0.5, 0.3, 0.1] };
    expect([1, 2, 3, 4, 6, 8, 99].map((n) => biasAt(bias, n))).toEqual(
      [0.5, 0.5, 0.4, 0.3, 0.2, 0.1, 0.1].map((x) => expect.closeTo(x, 10)),
    );
  });

  test('the confidence of a span is the mean over its own slots', () => {
    const prediction = predictionOf([
      [1, 0],
      [0.6, 0.4],
      [0.2, 0.8],
    ]);
    expect(meanConfidence(prediction, { first: 1, count: 2 })).toBeCloseTo(0.7, 5);
  });
});
