import { describe, expect, test } from 'vitest';
import type { CanvasView } from '../../../../src/diffusion/denoiser';
import { maskedSlots } from '../../../../src/diffusion/noise';
import type { SamplerSettings } from '../../../../src/diffusion/settings/sampler';
import {
  constantDenoiser,
  MASK,
  moodyDenoiser,
  predictionOf,
  silent,
  uniformDenoiser,
} from '../predictions';
import { range, run } from '../run';
import { sampler } from '../samplers';
import { dependentTriple } from '../tabular';
import { brief, followedBy, remasks, revealed, watched } from './standings';

describe('WINO', () => {
  const wino = (threshold: number, changes: Partial<SamplerSettings> = {}) =>
    sampler({
      steps: 64,
      temperature: 0,
      parallel: { rule: 'threshold', threshold: 0.3 },
      remask: { remasker: 'wino', threshold },
      ...changes,
    });

  test('asks about every other revealed slot, masked on a second canvas of the same batch', async () => {
    const { denoiser, batches } = watched(constantDenoiser([0.6, 0.4]));
    await run(denoiser, {
      slots: maskedSlots([6], MASK),
      sampler: wino(0.5, { steps: 3, parallel: { rule: 'fixed' }, order: 'left-to-right' }),
    });
    expect(batches).toEqual([
      [[MASK, MASK, MASK, MASK, MASK, MASK]],
      [
        [0, 0, MASK, MASK, MASK, MASK],
        [0, MASK, MASK, MASK, MASK, MASK],
      ],
      [
        [0, 0, 0, 0, MASK, MASK],
        [MASK, 0, MASK, 0, MASK, MASK],
      ],
    ]);
  });

  test('counts both canvases in the trace', async () => {
    const { steps } = await run(constantDenoiser([0.6, 0.4]), {
      slots: maskedSlots([6], MASK),
      sampler: wino(0.5, { steps: 3, parallel: { rule: 'fixed' } }),
    });
    expect(steps.map(({ canvases }) => canvases)).toEqual([1, 2, 2]);
  });

  test.each(['predicted', 'silent'] as const)(
    'revokes what the joint finds improbable given the others; model %s',
    async (says) => {
      const tabular = dependentTriple();
      const denoiser = says === 'silent' ? silent(tabular) : tabular;
      let revoked = 0;
      for (const seed of range(300)) {
        const { steps } = await run(denoiser, {
          slots: maskedSlots([3], tabular.maskToken),
          sampler: wino(0.5, { steps: 6, temperature: 1, parallel: { rule: 'fixed' } }),
          seed,
        });
        const canvas = new Array<number>(3).fill(tabular.maskToken);
        for (const { index, transitions } of steps) {
          const before = [...canvas];
          const held = range(3).filter((i) => before[i] !== tabular.maskToken);
          const asked = held.filter((_, k) => k % 2 === index % 2);
          const given = before.map((token, i) => (asked.includes(i) ? tabular.maskToken : token));
          for (const { kind, slot, reason } of transitions) {
            if (kind !== 'remask') continue;
            expect(asked).toContain(slot);
            const p = tabular.conditional(given, slot)[before[slot]!]!;
            expect(p).toBeLessThan(0.5);
            expect(reason).toBe(`verified at ${Number(p.toPrecision(3))} < 0.5`);
            revoked++;
          }
          for (const transition of transitions)
            canvas[transition.slot] =
              transition.kind === 'reveal' ? transition.token : tabular.maskToken;
        }
      }
      expect(revoked).toBeGreaterThan(50);
    },
  );

  test('revokes fewer than it reveals: every step brings the end nearer, also where all drafts fail', async () => {
    let revoked = 0;
    for (const seed of range(20)) {
      const { steps } = await run(moodyDenoiser(), {
        slots: maskedSlots([20], MASK),
        sampler: wino(1, { temperature: 1, parallel: { rule: 'threshold', threshold: 0.6 } }),
        seed,
      });
      const masked = [20, ...steps.map((step) => step.masked)];
      for (const i of range(steps.length)) expect(masked[i + 1]!).toBeLessThan(masked[i]!);
      revoked += remasks(steps).reduce((sum, n) => sum + n, 0);
    }
    expect(revoked).toBeGreaterThan(20);
  });

  test('revokes the least probable where it may not revoke all', async () => {
    // All fail, the third most; the schedule leaves room for one.
    const rows = [[0.6, 0.4], [0.55, 0.45], [0.51, 0.49], ...new Array(3).fill([0.6, 0.4])];
    const denoiser = {
      ...uniformDenoiser(),
      denoise: async (c: readonly CanvasView[]) => c.map(() => predictionOf(rows)),
    };
    const { steps } = await run(denoiser, {
      slots: maskedSlots([6], MASK),
      sampler: wino(0.9, { steps: 3, order: 'left-to-right', parallel: { rule: 'fixed' } }),
    });
    // Revealed 0 and 1, then asked about 1; revealed 2, 3 and 4, then asked about 0 and 3 …
    expect(brief(steps[1])).toContainEqual(['remask', 1, 'verified at 0.55 < 0.9']);
    expect(remasks(steps)).toEqual([0, 1, 0]);
  });

  test('leaves the user’s own tokens alone', async () => {
    const { denoiser, batches } = watched(constantDenoiser([0.4, 0.3, 0.3]));
    const { tokens } = await run(denoiser, {
      slots: followedBy(revealed(2, 2), 'masked', 'masked', 'masked', 'pinned'),
      sampler: wino(1, { parallel: { rule: 'fixed' }, steps: 3 }),
      startTime: 0.5,
    });
    expect(tokens).toEqual([2, 2, 0, 0, 0, 1]);
    for (const canvas of batches.flat())
      expect([canvas[0], canvas[1], canvas[5]]).toEqual([2, 2, 1]);
  });
});
