import { describe, expect, test } from 'vitest';
import { generate } from '../../../../src/diffusion/generate';
import { maskedSlots } from '../../../../src/diffusion/noise';
import { samplerRandom } from '../../../../src/diffusion/random';
import {
  type ParticleGibbsRequest,
  particleGibbs,
} from '../../../../src/diffusion/search/particleGibbs';
import type { Fill, Trajectory } from '../../../../src/diffusion/search/trajectory';
import type { SamplerSettings } from '../../../../src/diffusion/settings/sampler';
import { expectDistribution, expectOtherDistribution, seeds, tally } from '../chiSquare';
import { constantDenoiser, MASK, moodyDenoiser, readingCausally } from '../predictions';
import { range } from '../run';
import { sampler } from '../samplers';
import { dependentTriple } from '../tabular';

const denoiser = dependentTriple();
const { joint } = denoiser;
const tokensOf = ({ slots }: Pick<Fill, 'slots'>) => slots.map((slot) => slot.token);
const end = (trajectory: Trajectory | undefined) => trajectory!.states.at(-1)!;
const stateOf = (trajectory: Trajectory | undefined) => denoiser.stateOf(tokensOf(end(trajectory)));

/** Likes the symbol 2, and equal neighbours not at all. */
function reward(fill: Pick<Fill, 'slots'>): number {
  const tokens = tokensOf(fill);
  const twos = tokens.filter((token) => token === 2).length;
  return 0.9 * twos - (tokens[0] === tokens[1] ? 1.5 : 0);
}
const LAMBDA = 1.25;

/** p(x) · exp(r(x) / λ), normalised. */
const tilted = (() => {
  const weights = joint.map((p, state) => {
    const slots = range(3).map((i) => ({
      id: i,
      span: 0,
      state: 'revealed' as const,
      token: denoiser.digit(state, i),
    }));
    return p * Math.exp(reward({ slots }) / LAMBDA);
  });
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
})();

function request(changes: Partial<ParticleGibbsRequest> = {}): ParticleGibbsRequest {
  return {
    slots: maskedSlots([3], denoiser.maskToken),
    sampler: sampler({ steps: 3 }),
    seed: 0,
    startTime: 1,
    iterations: 1,
    particles: 3,
    reward,
    rewardTemperature: LAMBDA,
    ...changes,
  };
}

describe('the tilted joint', { timeout: 60_000 }, () => {
  /** A seed whose plain run is a draw from the tilted distribution, found by rejection. */
  async function tiltedSeed(from: number, settings: SamplerSettings): Promise<number> {
    for (let seed = from; ; seed += 1_000_003) {
      const { slots } = await generate(reading, {
        ...request({ sampler: settings, context }),
        seed,
      });
      const accept = Math.exp((reward({ slots }) - 2.7) / LAMBDA);
      if (samplerRandom(seed ^ 0x2545f491, 99)() < accept) return seed;
    }
  }

  /** Every run of two symbols occurs in it, so that there is something to draft. */
  const context = [[0, 0, 1, 0, 2, 1, 1, 2, 2, 0, 1, 2, 0, 0], []];
  const reading = readingCausally(denoiser);
  const speculative = sampler({ steps: 128, parallel: { rule: 'speculative', drafts: 2 } });
  const samplers: [string, SamplerSettings][] = [
    ['one slot per step', sampler({ steps: 3 })],
    ['random order', sampler({ steps: 3, order: 'random' })],
    [
      'a number of steps that differs from run to run',
      sampler({ steps: 3, parallel: { rule: 'threshold', threshold: 1 } }),
    ],
    ['drafts, and outlooks without slots not asked about', speculative],
  ];

  test.each(samplers)('is invariant under a sweep: %s', async (_, settings) => {
    const states: number[] = [];
    for (const run of seeds(400)) {
      const seed = await tiltedSeed(run, settings);
      const search = request({ sampler: settings, seed, context });
      states.push(stateOf(await particleGibbs(reading, search)));
    }
    const counts = tally(states, joint.length);
    expectDistribution(counts, tilted);
    expectOtherDistribution(counts, joint);
  });

  test('is reached from anywhere', async () => {
    const states: number[] = [];
    for (const seed of seeds(200))
      states.push(stateOf(await particleGibbs(denoiser, request({ seed, iterations: 4 }))));
    expectDistribution(tally(states, joint.length), tilted);
  });

  test('needs the sweeps: a single run has the plain one', async () => {
    const states: number[] = [];
    for (const seed of seeds(600))
      states.push(stateOf(await particleGibbs(denoiser, request({ seed, iterations: 0 }))));
    const counts = tally(states, joint.length);
    expectDistribution(counts, joint);
    expectOtherDistribution(counts, tilted);
  });
});

describe('a sweep', () => {
  test('keeps the reference as its first particle, step by step', async () => {
    const sweeps: (readonly Trajectory[])[] = [];
    const last = await particleGibbs(denoiser, request({ iterations: 5, particles: 4, seed: 3 }), {
      onSweep: (held) => sweeps.push(held),
    });
    expect(sweeps.map((held) => held.length)).toEqual([1, 4, 4, 4, 4, 4]);
    for (const [i, held] of sweeps.entries()) {
      const next = i + 1 < sweeps.length ? sweeps[i + 1]![0] : last;
      expect(held.map(({ steps }) => steps)).toContainEqual(next!.steps);
    }
  });

  test('never leaves a reference that nothing else comes near', async () => {
    const first = await particleGibbs(denoiser, request({ iterations: 0, seed: 8 }));
    const wanted = tokensOf(end(first)).join();
    const only = (fill: Fill) => (tokensOf(fill).join() === wanted ? 0 : -1e4);
    const last = await particleGibbs(denoiser, request({ iterations: 10, seed: 8, reward: only }));
    expect(tokensOf(end(last)).join()).toBe(wanted);
  });

  test('has the particles weigh the same again where they were drawn anew', async () => {
    // Whoever has a 1 in the first slot weighs e⁻³ from then on: one of three that has none is drawn for the others.
    const slots = maskedSlots([2], MASK);
    const first = ({ slots }: Pick<Fill, 'slots'>) => slots[0]!.token;
    const chosen: number[] = [];
    for (const seed of seeds(600)) {
      let held: readonly Trajectory[] = [];
      const next = await particleGibbs(
        constantDenoiser([0.5, 0.5]),
        request({
          slots,
          sampler: sampler({ steps: 2, order: 'left-to-right' }),
          seed,
          reward: (fill) => -3 * first(fill),
          rewardTemperature: 1,
        }),
        { onSweep: (trajectories) => (held = trajectories) },
      );
      const [reference, one, other] = held;
      const areOfOne = one!.steps[0] === other!.steps[0];
      if (areOfOne && first(end(reference)) === 1 && first(end(one)) === 0)
        chosen.push(held.indexOf(next!));
    }
    expect(chosen.length).toBeGreaterThan(100);
    expectDistribution(tally(chosen, 3), [1 / 3, 1 / 3, 1 / 3]);
  });

  test('draws for each particle anew, and not what it drew in another sweep', async () => {
    const fills: string[] = [];
    const onSweep = (held: readonly Trajectory[]) =>
      fills.push(...held.slice(1).map((each) => tokensOf(end(each)).join()));
    const slots = maskedSlots([12], MASK);
    const even = request({ slots, iterations: 5, particles: 4, reward: () => 0 });
    await particleGibbs(constantDenoiser(new Array(8).fill(1 / 8)), even, { onSweep });
    expect(fills).toHaveLength(15);
    expect(new Set(fills).size).toBe(15);
  });

  test('finds what is rewarded', async () => {
    const twos = (fill: Fill) => 20 * tokensOf(fill).filter((token) => token === 2).length;
    const last = await particleGibbs(
      denoiser,
      request({ iterations: 8, particles: 6, reward: twos }),
    );
    expect(tokensOf(end(last))).toEqual([2, 2, 2]);
  });
});

describe('a trajectory', () => {
  const moody = moodyDenoiser();
  const settings: [string, SamplerSettings][] = [
    ['fixed', sampler({ steps: 4 })],
    ['threshold', sampler({ steps: 6, parallel: { rule: 'threshold', threshold: 0.6 } })],
    ['ancestral', sampler({ steps: 9, order: 'random', parallel: { rule: 'ancestral' } })],
    ['ReMDM', sampler({ steps: 12, remask: { remasker: 'remdm-cap', eta: 0.3 } })],
  ];

  test.each(settings)('without sweeps is what the sampler makes: %s', async (_, one) => {
    const slots = maskedSlots([5, 3], moody.maskToken);
    const plain = { slots, sampler: one, seed: 77, startTime: 1 };
    const expected = await generate(moody, plain);
    const trajectory = await particleGibbs(moody, { ...request(), ...plain, iterations: 0 });
    expect(end(trajectory).slots).toEqual(expected.slots);
  });

  test.each(settings)('takes every step from the state before it: %s', async (_, one) => {
    const slots = maskedSlots([5, 3], moody.maskToken);
    const trajectory = await particleGibbs(moody, {
      ...request({ iterations: 3, particles: 4 }),
      slots,
      sampler: one,
    });
    const { states, steps } = trajectory!;
    expect(states).toHaveLength(steps.length + 1);
    expect(steps.map(({ index }) => index)).toEqual(range(steps.length));
    for (const [i, { transitions }] of steps.entries()) {
      const changed = new Set(transitions.map(({ slot }) => slot));
      for (const [k, slot] of states[i + 1]!.slots.entries())
        if (!changed.has(slot.id)) expect(slot).toEqual(states[i]!.slots[k]);
    }
    expect(end(trajectory).slots.some(({ state }) => state === 'masked')).toBe(false);
  });

  test('is the same for the same seed', async () => {
    const once = () => particleGibbs(denoiser, request({ seed: 5, iterations: 4 }));
    expect(end(await once())).toEqual(end(await once()));
  });

  test('stops when asked', async () => {
    const controller = new AbortController();
    const asked = particleGibbs(denoiser, request({ iterations: 3 }), {
      signal: controller.signal,
      onSweep: () => controller.abort(),
    });
    expect(await asked).toBeUndefined();
  });
});
