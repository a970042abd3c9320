import { describe, expect, test } from 'vitest';
import { samplerRandom } from '../../../../src/diffusion/random';
import { sampleRank } from '../../../../src/diffusion/reveal/sampling';
import { expectDistribution, expectOtherDistribution, tally } from '../chiSquare';
import { predictionOf } from '../predictions';
import { range } from '../run';

const row = [0.5, 0.25, 0.15, 0.1];
const others = [0.1, 0.2, 0.3, 0.4];
const prediction = predictionOf([others, row, others]);

function draw(temperature: number, topP: number): number[] {
  const random = samplerRandom(7, 0);
  return tally(
    range(20_000).map(() => sampleRank(prediction, 1, { temperature, topP }, random)),
    row.length,
  );
}

function tempered(temperature: number): number[] {
  const weights = row.map((p) => p ** (1 / temperature));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

describe('tokens', () => {
  test.each([0.3, 1, 2])('follow p^(1/τ) at temperature %s', (temperature) => {
    expectDistribution(draw(temperature, 1), tempered(temperature));
    expectOtherDistribution(draw(temperature, 1), tempered(temperature * 1.4));
  });

  test('are the best one at temperature 0, without a draw', () => {
    const noDraws = () => {
      throw new Error('drew');
    };
    expect(sampleRank(prediction, 1, { temperature: 0, topP: 1 }, noDraws)).toBe(0);
  });

  test.each([
    [0.5, 1],
    [0.51, 2],
    [0.75, 2],
    [0.89, 3],
    [1, 4],
  ])('with top-p %s come from the best %s, in proportion', (topP, size) => {
    const kept = row.slice(0, size);
    const total = kept.reduce((sum, p) => sum + p, 0);
    expectDistribution(
      draw(1, topP),
      row.map((p, i) => (i < size ? p / total : 0)),
    );
  });

  test('top-p is taken of the tempered distribution', () => {
    // At temperature 1/2 the best token alone holds 0.25 / 0.345 = 0.72.
    expectDistribution(draw(0.5, 0.7), [1, 0, 0, 0]);
  });

  test('stay as probable as each other, however low the temperature', () => {
    const even = predictionOf([[0.25, 0.25, 0.25, 0.25]]);
    const random = samplerRandom(11, 0);
    const ranks = range(4000).map(() =>
      sampleRank(even, 0, { temperature: 0.001, topP: 0.99 }, random),
    );
    expectDistribution(tally(ranks, 4), [0.25, 0.25, 0.25, 0.25]);
  });

  test('that are impossible never come', () => {
    const impossible = predictionOf([[0.5, 0.5, 0, 0]]);
    const random = samplerRandom(3, 0);
    const ranks = range(1000).map(() =>
      sampleRank(impossible, 0, { temperature: 2, topP: 1 }, random),
    );
    expect(Math.max(...ranks)).toBe(1);
  });

  test('a draw of exactly 0 does no harm', () => {
    expect(sampleRank(prediction, 1, { temperature: 1, topP: 1 }, () => 0)).toBe(0);
  });
});
