import { describe, expect, test } from 'vitest';
import { maskedSlots } from '../../../../src/diffusion/noise';
import { p2Masks } from '../../../../src/diffusion/remask/p2';
import type { SamplerSettings } from '../../../../src/diffusion/settings/sampler';
import { constantDenoiser, MASK, predictionOf, silent, uniformDenoiser } from '../predictions';
import { run } from '../run';
import { sampler } from '../samplers';
import { brief, followedBy, remasks, revealed } from './standings';

describe('P2 with a silent model', () => {
  const p2 = (order: SamplerSettings['order']) =>
    sampler({ steps: 3, temperature: 0, order, remask: { remasker: 'p2' } });

  test.each(['confidence', 'margin', 'entropy'] as const)(
    'goes by the probability a token was revealed with, in %s order',
    async (order) => {
      // Slot 0 is revealed first, with 0.6; then slots 1 and 2 turn out surer than it was.
      const sure = [0.9, 0.05, 0.05];
      const rows = (tokens: Int32Array) =>
        tokens[0] === MASK
          ? [
              [0.6, 0.4, 0],
              [0.5, 0.3, 0.2],
              [0.5, 0.3, 0.2],
            ]
          : [sure, sure, sure];
      const denoiser = silent({
        ...uniformDenoiser(),
        denoise: async (canvases) => canvases.map(({ tokens }) => predictionOf(rows(tokens))),
      });
      const { steps } = await run(denoiser, { slots: maskedSlots([3], MASK), sampler: p2(order) });
      expect(steps.map((step) => brief(step)!.map(([kind, slot]) => [kind, slot]))).toEqual([
        [['reveal', 0]],
        [
          ['reveal', 1],
          ['reveal', 2],
          ['remask', 0],
        ],
        [['reveal', 0]],
      ]);
      expect(steps[1]!.confidence).toEqual([0.6, 0.9, 0.9]);
    },
  );

  test('takes the user’s own tokens for certain', async () => {
    const { steps, tokens } = await run(silent(constantDenoiser([0.7, 0.3])), {
      slots: followedBy(revealed(1), 'masked', 'masked'),
      sampler: p2('confidence'),
      startTime: 0.7,
    });
    expect(remasks(steps)).toEqual([0, 0, 0]);
    expect(tokens[0]).toBe(1);
  });
});

test('P2 masks the last of the ranking', () => {
  expect(p2Masks([4, 2, 0, 1], 2)).toEqual([0, 1]);
  expect(p2Masks([4, 2], 0)).toEqual([]);
  expect(p2Masks([4, 2], 2)).toEqual([4, 2]);
  // A plan made before slots were pinned may want more masks than there are slots left.
  expect(p2Masks([4, 2, 0], 5)).toEqual([4, 2, 0]);
});
