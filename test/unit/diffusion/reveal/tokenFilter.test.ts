import { describe, expect, test } from 'vitest';
import type { Prediction } from '../../../../src/diffusion/denoiser';
import { maskedSlots } from '../../../../src/diffusion/noise';
import { samplerRandom } from '../../../../src/diffusion/random';
import { sampleRank } from '../../../../src/diffusion/reveal/sampling';
import { expectDistribution, seeds, tally } from '../chiSquare';
import { constantDenoiser, MASK, predictionOf } from '../predictions';
import { range, run } from '../run';
import { sampler } from '../samplers';
import { dependentTriple } from '../tabular';

const row = [0.5, 0.25, 0.15, 0.1];
const prediction = predictionOf([row]);
const settings = (temperature: number, topP = 1) => ({ temperature, topP });
const noDraws = () => {
  throw new Error('drew');
};

describe('a token filter', () => {
  test('passes on to the next most probable token at temperature 0, without a draw', () => {
    const rank = (...vetoed: number[]) =>
      sampleRank(prediction, 0, settings(0), noDraws, (token) => !vetoed.includes(token));
    expect([rank(), rank(0), rank(0, 1), rank(0, 1, 2)]).toEqual([0, 1, 2, 3]);
  });

  test('that vetoes everything is overruled: the token drawn first is taken', () => {
    expect(sampleRank(prediction, 0, settings(0), Math.random, () => false)).toBe(0);
    const random = (seed: number) => samplerRandom(seed, 0);
    for (const seed of range(30))
      expect(sampleRank(prediction, 0, settings(1), random(seed), () => false)).toBe(
        sampleRank(prediction, 0, settings(1), random(seed)),
      );
  });

  test('leaves the others in proportion', () => {
    const random = samplerRandom(9, 0);
    const draws = range(10_000).map(() =>
      sampleRank(prediction, 0, settings(1), random, (token) => token !== 1),
    );
    expectDistribution(tally(draws, 4), [0.5 / 0.75, 0, 0.15 / 0.75, 0.1 / 0.75]);
  });

  test('goes beyond the nucleus rather than take a vetoed token', () => {
    const rank = sampleRank(prediction, 0, settings(1, 0.6), Math.random, (token) => token > 1);
    expect(rank).toBe(2);
  });

  test('never takes an impossible token', () => {
    const certain = predictionOf([[1, 0, 0]]);
    expect(sampleRank(certain, 0, settings(0), Math.random, (token) => token > 0)).toBe(0);
  });

  test('never takes what another slot is offered', () => {
    const two: Prediction = {
      topK: 2,
      tokens: Int32Array.of(0, 1, 2, 3),
      logProbs: Float32Array.of(-0.5, -1, -0.5, -1),
      entropy: Float32Array.of(1, 1),
    };
    for (const temperature of [0, 1]) {
      const rank = (slot: number, allowed: (token: number) => boolean) =>
        sampleRank(two, slot, settings(temperature), () => 0.5, allowed);
      expect(rank(0, (token) => token > 1)).toBe(0);
      expect(rank(1, (token) => token === 3)).toBe(1);
    }
  });

  test('draws as many numbers as there would be without it', () => {
    const count = (allowed?: (token: number) => boolean) => {
      let draws = 0;
      const random = () => {
        draws++;
        return 0.5;
      };
      sampleRank(prediction, 0, settings(1), random, allowed);
      return draws;
    };
    expect(count((token) => token === 3)).toBe(count());
  });

  test('sees the canvas with what the step has revealed so far', async () => {
    // Two neighbours may not be alike.
    const { tokens, steps } = await run(constantDenoiser([0.6, 0.4]), {
      slots: maskedSlots([4], MASK),
      sampler: sampler({ steps: 1, temperature: 0, order: 'left-to-right' }),
      allowed: (slot, token, canvas) =>
        canvas.tokens[slot - 1] !== token && canvas.state[slot] === 'masked',
    });
    expect(steps).toHaveLength(1);
    expect(tokens).toEqual([0, 1, 0, 1]);
    const reasons = steps[0]!.transitions.map(({ reason }) => reason.endsWith(', 1 vetoed'));
    expect(reasons).toEqual([false, true, false, true]);
  });

  test('cuts the conditionals of the joint, nothing else', { timeout: 240_000 }, async () => {
    const denoiser = dependentTriple();
    // Slot 1 may not hold what slot 0 holds. From left to right, x₁ is drawn from p(x₁ | x₀) without it.
    const states: number[] = [];
    for (const seed of seeds(5000)) {
      const { tokens } = await run(denoiser, {
        slots: maskedSlots([3], denoiser.maskToken),
        sampler: sampler({ steps: 3, order: 'left-to-right' }),
        seed,
        allowed: (slot, token, { tokens }) => slot !== 1 || tokens[0] !== token,
      });
      states.push(denoiser.stateOf(tokens));
    }
    const { joint } = denoiser;
    const sum = (keep: (state: number) => boolean) =>
      joint.reduce((total, p, state) => (keep(state) ? total + p : total), 0);
    const digit = (state: number, slot: number) => denoiser.digit(state, slot);
    const expected = joint.map((p, state) => {
      if (digit(state, 0) === digit(state, 1)) return 0;
      const first = sum((other) => digit(other, 0) === digit(state, 0));
      const differing = sum(
        (other) => digit(other, 0) === digit(state, 0) && digit(other, 1) !== digit(other, 0),
      );
      return (p * first) / differing;
    });
    expectDistribution(tally(states, joint.length), expected);
  });
});
