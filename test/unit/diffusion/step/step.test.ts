import { describe, expect, test } from 'vitest';
import { canvasOf } from '../../../../src/diffusion/canvas';
import { planRun } from '../../../../src/diffusion/plan';
import type { SamplerSettings } from '../../../../src/diffusion/settings/sampler';
import { takeStep } from '../../../../src/diffusion/step/step';
import { MASK, predictionOf } from '../predictions';
import { followedBy, revealed } from '../remask/standings';
import { sampler } from '../samplers';

/** What the first of four steps does to two tokens and two masks, by draws that have to be all it needs. */
function firstStep(changes: Partial<SamplerSettings>, draws: readonly number[]) {
  const slots = followedBy(revealed(0, 0), 'masked', 'masked');
  const settings = sampler({ steps: 4, order: 'random', ...changes });
  const [planned] = planRun(settings, { first: slots, present: slots }, 0.5);
  const left = [...draws];
  const { transitions } = takeStep(
    canvasOf(slots, MASK),
    {
      prediction: predictionOf(slots.map(() => [0.5, 0.5])),
      revealed: 'predicted',
      end: undefined,
      following: [],
      recheck: undefined,
      drift: undefined,
      causal: undefined,
    },
    planned!,
    { random: () => left.shift()! },
  );
  expect(left).toEqual([]);
  return transitions.map((each) =>
    'token' in each ? [each.kind, each.slot, each.token] : [each.kind, each.slot],
  );
}

/** The order that docs/samplers.md tells of: in another, every recorded seed would give another fill. */
describe('a step draws', () => {
  test('the order, ReMDM’s coins, the ancestral coins, and the tokens', () => {
    const ancestral = { parallel: { rule: 'ancestral' } } as const;
    const remask = { remasker: 'remdm-cap', eta: 0.5 } as const;
    // From α = 0.5 to 0.625 with σ = 0.5 a mask is revealed with probability 0.75.
    const order = [0.1, 0.9];
    const remasked = [0.6, 0.4];
    const reveals = [0.7, 0.8];
    const token = [0.1, 0.9];
    const draws = [...order, ...remasked, ...reveals, ...token];
    expect(firstStep({ ...ancestral, remask }, draws)).toEqual([
      ['reveal', 3, 1],
      ['remask', 1],
    ]);
  });

  test('with P2 the order of all slots, and the tokens of the masks in that order', () => {
    const order = [0.1, 0.5, 0.6, 0.9];
    const tokens = [0.1, 0.9, 0.9, 0.1];
    expect(firstStep({ remask: { remasker: 'p2' } }, [...order, ...tokens])).toEqual([
      ['reveal', 3, 1],
      ['reveal', 2, 0],
      ['remask', 0],
    ]);
  });
});
