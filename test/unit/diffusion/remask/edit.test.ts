import { describe, expect, test } from 'vitest';
import type { Denoiser } from '../../../../src/diffusion/denoiser';
import { maskedSlots } from '../../../../src/diffusion/noise';
import type { SamplerSettings } from '../../../../src/diffusion/settings/sampler';
import {
  constantDenoiser,
  MASK,
  predictionOf,
  rowsDenoiser,
  silent,
  uniformDenoiser,
} from '../predictions';
import { range, run } from '../run';
import { sampler } from '../samplers';
import { dependentTriple } from '../tabular';
import { brief, followedBy, revealed, watched } from './standings';

describe('editing', () => {
  const editing = (threshold: number, changes: Partial<SamplerSettings> = {}) =>
    sampler({
      steps: 16,
      temperature: 0,
      parallel: { rule: 'threshold', threshold: 0.9 },
      remask: { remasker: 'edit', threshold },
      ...changes,
    });

  test('replaces a revealed token by a more probable one, never a pinned or a masked one', async () => {
    const { steps, tokens, generation } = await run(constantDenoiser([0.7, 0.3]), {
      slots: followedBy(revealed(1, 0), 'pinned', 'masked'),
      sampler: editing(0.6),
      startTime: 0.5,
    });
    expect(brief(steps[0])).toEqual([
      ['edit', 0, 'probability 0.7 > 0.6'],
      ['reveal', 3, 'first of 1'],
    ]);
    expect(tokens).toEqual([0, 0, 1, 0]);
    expect(generation.meanLogProb).toBeCloseTo(Math.log(0.7), 6);
  });

  test('judges every slot by its own prediction', async () => {
    const rows = [
      [0.55, 0.45],
      [0.9, 0.1],
      [0.2, 0.8],
    ];
    const { steps } = await run(rowsDenoiser(rows), {
      slots: revealed(1, 1, 0),
      sampler: editing(0.6),
      startTime: 0.5,
    });
    expect(steps[0]!.transitions).toMatchObject([
      { kind: 'edit', slot: 1, token: 0, logProb: expect.closeTo(Math.log(0.9), 6) },
      { kind: 'edit', slot: 2, token: 1, logProb: expect.closeTo(Math.log(0.8), 6) },
    ]);
  });

  test('needs the probability to exceed the threshold', async () => {
    const { steps } = await run(constantDenoiser([0.5, 0.5]), {
      slots: revealed(1),
      // As the model says it, in single precision.
      sampler: editing(Math.exp(Math.fround(Math.log(0.5)))),
      startTime: 0.5,
    });
    expect(steps.map(({ transitions }) => transitions)).toEqual([[]]);
  });

  test('heeds vetoes', async () => {
    const { tokens } = await run(constantDenoiser([0.7, 0.3]), {
      slots: revealed(1, 1),
      sampler: editing(0.6),
      startTime: 0.5,
      allowed: (slot, token) => slot === 1 || token !== 0,
    });
    expect(tokens).toEqual([1, 0]);
  });

  test('of a model that speaks of revealed slots needs no second canvas, and one more look at the end', async () => {
    const { denoiser, batches } = watched(constantDenoiser([0.95, 0.05]));
    await run(denoiser, { slots: maskedSlots([4], MASK), sampler: editing(0.5) });
    expect(batches).toEqual([[new Array(4).fill(MASK)], [[0, 0, 0, 0]]]);
  });

  test('of a silent model asks about half of the slots after the other until nothing changes', async () => {
    const { denoiser, batches } = watched(silent(constantDenoiser([0.95, 0.05])));
    const { steps, tokens } = await run(denoiser, {
      slots: maskedSlots([4], MASK),
      sampler: editing(0.5),
    });
    expect(tokens).toEqual([0, 0, 0, 0]);
    expect(batches.map((batch) => batch.at(-1))).toEqual([
      new Array(4).fill(MASK),
      [0, MASK, 0, MASK],
      [MASK, 0, MASK, 0],
    ]);
    expect(steps.map(({ canvases }) => canvases)).toEqual([1, 2, 2]);
  });

  test.each(['predicted', 'silent'] as const)(
    'a model that keeps changing its mind is stopped by T; model %s',
    async (says) => {
      let call = 0;
      const denoiser: Denoiser = {
        ...uniformDenoiser(),
        revealed: says,
        denoise: async (canvases) => {
          // Slower for the model that is asked about half of the slots at a time.
          const turn = says === 'silent' ? call++ >> 1 : call++;
          const row = turn % 2 === 0 ? [0.9, 0.1] : [0.1, 0.9];
          return canvases.map(({ tokens }) => predictionOf(range(tokens.length).map(() => row)));
        },
      };
      const { steps } = await run(denoiser, {
        slots: maskedSlots([4], MASK),
        sampler: editing(0.5),
      });
      expect(steps).toHaveLength(16);
      expect(steps.at(-1)!.transitions.some(({ kind }) => kind === 'edit')).toBe(true);
    },
  );

  test.each(['predicted', 'silent'] as const)(
    'takes exactly the best tokens of the joint given the others; model %s',
    async (says) => {
      const tabular = dependentTriple();
      const denoiser = says === 'silent' ? silent(tabular) : tabular;
      let edited = 0;
      for (const seed of range(200)) {
        const start = [seed % 3, Math.floor(seed / 3) % 3, Math.floor(seed / 9) % 3];
        const { steps, tokens } = await run(denoiser, {
          slots: revealed(...start),
          sampler: editing(0.5, { steps: 40 }),
          startTime: 0.5,
          seed,
        });
        edited += steps.flatMap(({ transitions }) => transitions).length;
        if (steps.length === 40) continue;
        // It ended by itself: no slot that was asked about last has a better token than its own.
        for (const slot of says === 'predicted' ? range(3) : [1]) {
          const row = tabular.conditional(tokens, slot);
          const best = Math.max(...row);
          const own = row[tokens[slot]!]!;
          expect(best <= 0.5 + 1e-6 || own === best).toBe(true);
        }
      }
      expect(edited).toBeGreaterThan(20);
    },
  );
});
