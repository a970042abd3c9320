import { describe, expect, test } from 'vitest';
import type { Denoiser } from '../../../src/diffusion/denoiser';
import { generate } from '../../../src/diffusion/generate';
import { maskedSlots } from '../../../src/diffusion/noise';
import { orderSchema, type SamplerSettings } from '../../../src/diffusion/settings/sampler';
import { expectDistribution, expectOtherDistribution, seeds, tally } from './chiSquare';
import { silent } from './predictions';
import { range } from './run';
import { sampler } from './samplers';
import { dependentTriple } from './tabular';

const RUNS = 5000;

async function sampleStates(
  settings: SamplerSettings,
  runs = RUNS,
  asModel: (denoiser: Denoiser) => Denoiser = (denoiser) => denoiser,
): Promise<number[]> {
  const denoiser = dependentTriple();
  const model = asModel(denoiser);
  const states: number[] = [];
  for (const seed of seeds(runs)) {
    const { slots } = await generate(model, {
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
describe('one slot per step reproduces the joint exactly', { timeout: 240_000 }, () => {
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
    const counts = await sampleStates(sampler({ steps: 96, order: 'random', parallel }), 1500);
    expectDistribution(counts, joint);
  });
});

describe('and so does every part that is put on top of it', { timeout: 240_000 }, () => {
  const { joint } = dependentTriple();
  const oneAtATime = { steps: 64, parallel: { rule: 'threshold', threshold: 1 } } as const;

  test.each([1, 2])('blocks of %s', async (blockLength) => {
    for (const order of ['random', 'confidence'] as const)
      expectDistribution(await sampleStates(sampler({ steps: 3, blockLength, order })), joint);
  });

  test('KLASS, as long as no prediction holds still', async () => {
    const parallel = { rule: 'klass', threshold: 0, drift: 1e-6 } as const;
    expectDistribution(await sampleStates(sampler({ steps: 64, parallel })), joint);
  });

  // A token that is forgotten by a coin of its own leaves the others distributed as the joint has them.
  test.each([
    { remasker: 'remdm-cap', eta: 0.2 },
    { remasker: 'remdm-rescale', eta: 0.5 },
    { remasker: 'remdm-loop', eta: 0.3, on: 1, alpha: 0.9, off: 0 },
  ] as const)('$remasker, as it forgets whatever the token', async (remask) => {
    const counts = await sampleStates(sampler({ ...oneAtATime, order: 'random', remask }));
    expectDistribution(counts, joint);
  });

  test.each([
    { remasker: 'quality', threshold: 0, most: 9 },
    { remasker: 'wino', threshold: 0 },
    { remasker: 'edit', threshold: 1 },
  ] as const)('$remasker, as long as nothing is doubted', async (remask) => {
    const settings = sampler({ ...oneAtATime, remask });
    const asModel = (denoiser: Denoiser) => silent(withQualityOf(denoiser));
    expectDistribution(await sampleStates(settings, 2500, asModel), joint);
  });

  test('but not editing, which takes the best token for a drawn one', async () => {
    const settings = sampler({ ...oneAtATime, remask: { remasker: 'edit', threshold: 0.3 } });
    expectOtherDistribution(await sampleStates(settings, 500), joint);
  });

  test('drawing from what top-p leaves of each conditional at a temperature', async () => {
    const denoiser = dependentTriple();
    const settings = { steps: 3, order: 'left-to-right', temperature: 0.5, topP: 0.8 } as const;
    const expected = denoiser.joint.map((_, state) =>
      range(3).reduce((product, slot) => {
        const before = range(slot).map((i) => denoiser.digit(state, i));
        const row = denoiser.conditional(before, slot);
        return product * nucleus(row, 0.5, 0.8)[denoiser.digit(state, slot)]!;
      }, 1),
    );
    expectDistribution(await sampleStates(sampler(settings)), expected);
  });
});

const withQualityOf = (denoiser: Denoiser): Denoiser => ({
  maskToken: denoiser.maskToken,
  padToken: denoiser.padToken,
  revealed: denoiser.revealed,
  judgesQuality: true,
  readsCausally: false,
  denoise: async (canvases) =>
    (await denoiser.denoise(canvases)).map((prediction) => ({
      ...prediction,
      quality: new Float32Array(3).fill(0.5),
    })),
});

/** The fewest best tokens of the tempered row that hold the share, as a distribution. */
function nucleus(row: readonly number[], temperature: number, share: number): number[] {
  const weights = row.map((p) => p ** (1 / temperature));
  const total = weights.reduce((sum, w) => sum + w, 0);
  const kept = new Set<number>();
  let held = 0;
  for (const i of range(row.length).sort((a, b) => weights[b]! - weights[a]!)) {
    if (held >= share * total) break;
    kept.add(i);
    held += weights[i]!;
  }
  return weights.map((w, i) => (kept.has(i) ? w / held : 0));
}

describe('one step reproduces the product of the marginals', () => {
  const { joint } = dependentTriple();
  const product = dependentTriple().productOfMarginals();

  test.each(['fixed', 'ancestral'] as const)('%s', async (rule) => {
    const counts = await sampleStates(sampler({ steps: 1, parallel: { rule } }));
    expectDistribution(counts, product);
    expectOtherDistribution(counts, joint);
  });

  test.each([
    { remasker: 'p2' },
    { remasker: 'remdm-cap', eta: 1 },
    { remasker: 'remdm-conf' },
    { remasker: 'quality', threshold: 1, most: 9 },
    { remasker: 'wino', threshold: 1 },
  ] as const)('$remasker, which masks nothing in the last step', async (remask) => {
    const settings = sampler({ steps: 1, remask });
    const counts = await sampleStates(settings, 2500, withQualityOf);
    expectDistribution(counts, product);
    expectOtherDistribution(counts, joint);
  });

  test('a threshold that all best tokens pass', async () => {
    const parallel = { rule: 'threshold', threshold: 0 } as const;
    expectDistribution(await sampleStates(sampler({ steps: 64, parallel })), product);
  });
});

test('at temperature 0 nothing depends on the seed', async () => {
  const counts = await sampleStates(sampler({ steps: 3, temperature: 0 }), 500);
  expect(counts.filter((n) => n > 0)).toEqual([500]);
});
