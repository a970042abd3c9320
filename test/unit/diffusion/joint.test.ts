import { describe, expect, test } from 'vitest';
import { generate } from '../../../src/diffusion/generate';
import { maskedSlots } from '../../../src/diffusion/noise';
import { orderSchema, type SamplerSettings } from '../../../src/diffusion/settings';
import { expectDistribution, expectOtherDistribution, tally } from './chiSquare';
import { range } from './run';
import { sampler } from './samplers';
import { dependentTriple } from './tabular';

const RUNS = 5000;

async function sampleStates(settings: SamplerSettings, runs = RUNS): Promise<number[]> {
  const denoiser = dependentTriple();
  const states: number[] = [];
  for (const seed of range(runs)) {
    const { slots } = await generate(denoiser, {
      slots: maskedSlots([3], denoiser.maskToken),
      sampler: settings,
      seed,
      startTime: 1,
    });
    states.push(denoiser.stateOf(slots.map((slot) => slot.token)));
  }
  return tally(states, denoiser.joint.length);
}

// Generous, for machines that do other things at the same time.
describe('one slot per step reproduces the joint exactly', { timeout: 60_000 }, () => {
  const { joint } = dependentTriple();
  const product = dependentTriple().productOfMarginals();

  test.each(orderSchema.options)('in %s order', async (order) => {
    const counts = await sampleStates(sampler({ steps: 3, order }));
    expectDistribution(counts, joint);
    expectOtherDistribution(counts, product);
  });

  test.each(orderSchema.options)('in %s order with order temperature', async (order) => {
    expectDistribution(
      await sampleStates(sampler({ steps: 3, order, orderTemperature: 0.3 })),
      joint,
    );
  });

  test('when an adaptive rule never supports more than one', async () => {
    const parallel = { rule: 'threshold', threshold: 1 } as const;
    expectDistribution(await sampleStates(sampler({ steps: 64, parallel })), joint);
  });

  test('when the ancestral steps are so small that two reveals rarely meet', async () => {
    const parallel = { rule: 'ancestral' } as const;
    const counts = await sampleStates(sampler({ steps: 192, order: 'random', parallel }), 1500);
    expectDistribution(counts, joint);
  });
});

describe('one step reproduces the product of the marginals', () => {
  const { joint } = dependentTriple();
  const product = dependentTriple().productOfMarginals();

  test.each(['fixed', 'ancestral'] as const)('%s', async (rule) => {
    const counts = await sampleStates(sampler({ steps: 1, parallel: { rule } }));
    expectDistribution(counts, product);
    expectOtherDistribution(counts, joint);
  });
});

test('at temperature 0 nothing depends on the seed', async () => {
  const counts = await sampleStates(sampler({ steps: 3, temperature: 0 }));
  expect(counts.filter((n) => n > 0)).toEqual([RUNS]);
});
