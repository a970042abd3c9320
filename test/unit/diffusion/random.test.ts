import { expect, test } from 'vitest';
import { binomial, noiseRandom, samplerRandom } from '../../../src/diffusion/random';
import { binomialProbabilities, expectDistribution, seeds, tally } from './chiSquare';
import { range } from './run';

const bins = (draws: readonly number[], n: number) =>
  tally(
    draws.map((u) => Math.floor(u * n)),
    n,
  );
const uniform = (n: number) => new Array<number>(n).fill(1 / n);

test('neighbouring seeds give independent first draws', () => {
  const first = seeds(5001).map((seed) => samplerRandom(seed, 0)());
  expectDistribution(bins(first, 20), uniform(20));
  const pairs = range(5000).map(
    (i) => Math.floor(first[i]! * 5) * 5 + Math.floor(first[i + 1]! * 5),
  );
  expectDistribution(tally(pairs, 25), uniform(25));
});

test('neighbouring steps of a run draw independently', () => {
  const first = range(5001).map((step) => samplerRandom(seeds(1)[0]!, step)());
  expectDistribution(bins(first, 20), uniform(20));
  const pairs = range(5000).map(
    (i) => Math.floor(first[i]! * 5) * 5 + Math.floor(first[i + 1]! * 5),
  );
  expectDistribution(tally(pairs, 25), uniform(25));
});

test('the draws of the noise say nothing about those of the sampler', () => {
  const pairs = seeds(5000).map((seed) => {
    const [noise, sampler] = [noiseRandom(seed)(), samplerRandom(seed, 0)()];
    return Math.floor(noise * 5) * 5 + Math.floor(sampler * 5);
  });
  expectDistribution(tally(pairs, 25), uniform(25));
});

test('the first draws of a seed are what they were: recorded seeds stay reproducible', () => {
  const random = samplerRandom(42, 0);
  expect([random(), random(), random()]).toMatchInlineSnapshot(`
    [
      0.9705673231091424,
      0.8457159529613436,
      0.8476120673136699,
    ]
  `);
});

test('binomial counts coin flips, and draws nothing when the outcome is certain', () => {
  const random = samplerRandom(1, 0);
  const counts = tally(
    range(5000).map(() => binomial(6, 0.3, random)),
    7,
  );
  expectDistribution(counts, binomialProbabilities(6, 0.3));
  const noDraws = () => {
    throw new Error('drew');
  };
  expect([binomial(6, 1, noDraws), binomial(6, 0, noDraws)]).toEqual([6, 0]);
});
