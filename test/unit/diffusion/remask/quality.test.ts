import { describe, expect, test } from 'vitest';
import type { Denoiser } from '../../../../src/diffusion/denoiser';
import { maskedSlots } from '../../../../src/diffusion/noise';
import type { SamplerSettings } from '../../../../src/diffusion/settings/sampler';
import { MASK, predictionOf, uniformDenoiser, withQuality } from '../predictions';
import { range, run } from '../run';
import { sampler } from '../samplers';
import { brief, followedBy, remasks, revealed } from './standings';

describe('quality', () => {
  const qualities = (...quality: number[]): Denoiser => ({
    ...uniformDenoiser(),
    judgesQuality: true,
    readsCausally: false,
    denoise: async (canvases) =>
      canvases.map(({ tokens }) => ({
        ...predictionOf(range(tokens.length).map(() => [0.6, 0.4])),
        quality: Float32Array.from(quality),
      })),
  });
  const settings = (changes: Partial<SamplerSettings> = {}) =>
    sampler({
      steps: 4,
      temperature: 0,
      remask: { remasker: 'quality', threshold: 0.5, most: 2 },
      ...changes,
    });
  const slots = followedBy(revealed(0, 0, 0, 0), 'pinned', 'masked', 'masked', 'masked');

  test('masks the worst below the threshold, no more than it may, and never a pinned slot', async () => {
    const { steps } = await run(qualities(0.4, 0.1, 0.3, 0.6, 0, 0, 0, 0), {
      slots,
      sampler: settings(),
    });
    // The schedule leaves two of the three masks, so two tokens may go and three slots are revealed.
    expect(brief(steps[0])).toEqual([
      ['reveal', 5, '1 of 3 by schedule'],
      ['reveal', 6, '2 of 3 by schedule'],
      ['reveal', 7, '3 of 3 by schedule'],
      ['remask', 1, 'quality 0.1'],
      ['remask', 2, 'quality 0.3'],
    ]);
    expect(steps.map(({ masked }) => masked)).toEqual([2, 2, 1, 0]);
  });

  test.each([
    [1, 1],
    [2, 2],
    [9, 2],
  ])('with at most %s takes back %s', async (most, expected) => {
    const remask = { remasker: 'quality', threshold: 1, most } as const;
    const { steps } = await run(qualities(0.4, 0.1, 0.3, 0.6, 0, 0, 0, 0), {
      slots,
      sampler: settings({ remask }),
    });
    expect(remasks(steps)[0]).toBe(expected);
  });

  test('masks nothing that is good enough', async () => {
    const { steps } = await run(qualities(...new Array(8).fill(0.5)), {
      slots,
      sampler: settings(),
    });
    expect(remasks(steps)).toEqual([0, 0, 0, 0]);
  });

  test('keeps the counts of the schedule, and masks nothing in the last step', async () => {
    const { steps } = await run(withQuality(uniformDenoiser(), 0), {
      slots: maskedSlots([12], MASK),
      sampler: settings({ steps: 6 }),
    });
    expect(steps.map(({ masked }) => masked)).toEqual([10, 8, 6, 4, 2, 0]);
    expect(remasks(steps)).toEqual([0, 2, 2, 2, 2, 0]);
  });

  test('with coins takes back no more than they can make up for', async () => {
    const many = { remasker: 'quality', threshold: 1, most: 99 } as const;
    const means = new Array<number>(6).fill(0);
    let takenBack = 0;
    for (const seed of range(400)) {
      const { steps } = await run(withQuality(uniformDenoiser(), 0), {
        slots: maskedSlots([12], MASK),
        sampler: settings({ steps: 6, parallel: { rule: 'ancestral' }, remask: many }),
        seed,
      });
      for (const [i, { masked }] of steps.entries()) means[i]! += masked / 400 / 12;
      takenBack += remasks(steps).reduce((sum, n) => sum + n, 0) / 400;
    }
    for (const [i, mean] of means.entries()) expect(mean).toBeCloseTo(1 - (i + 1) / 6, 1);
    // But nearly as many: 2 + 4 + 4 + 2 in the mean, rounded down in every run.
    expect(takenBack).toBeGreaterThan(9);
    expect(takenBack).toBeLessThanOrEqual(12);
  });

  test('with adaptive rules takes back less than is revealed', async () => {
    const parallel = { rule: 'threshold', threshold: 0.2 } as const;
    const { steps } = await run(withQuality(uniformDenoiser(), 0), {
      slots: followedBy(revealed(0, 0, 0, 0), ...new Array(4).fill('masked')),
      sampler: settings({
        steps: 8,
        parallel,
        remask: { remasker: 'quality', threshold: 1, most: 99 },
      }),
    });
    expect(steps.map(({ masked }) => masked)).toEqual([3, 2, 1, 0]);
  });
});
