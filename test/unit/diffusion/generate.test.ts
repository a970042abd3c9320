import { describe, expect, test } from 'vitest';
import { generate } from '../../../src/diffusion/generate';
import { maskedSlots } from '../../../src/diffusion/noise';
import type { TraceSlot } from '../../../src/diffusion/trace/trace';
import {
  constantDenoiser,
  MASK,
  moodyDenoiser,
  rowsDenoiser,
  silent,
  uniformDenoiser,
} from './predictions';
import { range, run } from './run';
import { sampler } from './samplers';

describe('a run', () => {
  test('carries revealed slots over although the model would now write something else', async () => {
    const slots: TraceSlot[] = [
      { id: 0, span: 0, state: 'revealed', token: 3 },
      { id: 1, span: 0, state: 'masked', token: MASK },
      { id: 2, span: 0, state: 'pinned', token: 2 },
    ];
    const { tokens, generation } = await run(constantDenoiser([1, 0, 0, 0]), {
      slots,
      sampler: sampler({ temperature: 0 }),
      startTime: 0.5,
    });
    expect(tokens).toEqual([3, 0, 2]);
    expect(generation.slots.map(({ state }) => state)).toEqual(['revealed', 'revealed', 'pinned']);
  });

  test('reuses a prediction as long as nothing changes', async () => {
    const denoiser = uniformDenoiser();
    const { steps } = await run(denoiser, {
      slots: maskedSlots([4], MASK),
      sampler: sampler({ steps: 200, order: 'random', parallel: { rule: 'ancestral' } }),
    });
    const changing = steps.filter(({ transitions }) => transitions.length > 0).length;
    expect(denoiser.calls).toBe(changing);
    expect(changing).toBeLessThanOrEqual(4);
    expect(steps.length).toBeGreaterThan(100);
  });

  test('reports the mean log-probability of what it revealed, untempered', async () => {
    const { generation } = await run(constantDenoiser([0.7, 0.3]), {
      slots: [...maskedSlots([4], MASK), { id: 4, span: 0, state: 'revealed', token: 1 }],
      sampler: sampler({ temperature: 0 }),
    });
    expect(generation.meanLogProb).toBeCloseTo(Math.log(0.7), 6);
  });

  test('with nothing to fill asks the model nothing', async () => {
    const denoiser = uniformDenoiser();
    const pinned: TraceSlot[] = [{ id: 0, span: 0, state: 'pinned', token: 1 }];
    for (const slots of [[], pinned])
      for (const remask of [{ remasker: 'none' }, { remasker: 'p2' }] as const) {
        const { generation, steps } = await run(denoiser, { slots, sampler: sampler({ remask }) });
        expect(generation).toEqual({ kind: 'finished', slots, logProb: 0, meanLogProb: 0 });
        expect(steps).toEqual([]);
      }
    expect(denoiser.calls).toBe(0);
  });

  test('stops between steps, with what it has', async () => {
    const stop = new AbortController();
    const denoiser = uniformDenoiser();
    const { kind, slots } = await generate(
      denoiser,
      { slots: maskedSlots([8], MASK), sampler: sampler({ steps: 8 }), seed: 1, startTime: 1 },
      { signal: stop.signal, onStep: ({ index }) => index === 2 && stop.abort() },
    );
    expect(kind).toBe('stopped');
    expect(denoiser.calls).toBe(3);
    expect(slots.filter(({ state }) => state === 'revealed')).toHaveLength(3);
  });

  test('reads several spans of different lengths as one canvas', async () => {
    const views: number[][] = [];
    const denoiser = uniformDenoiser();
    await generate(
      {
        ...denoiser,
        denoise: async (canvases) => {
          views.push([...canvases[0]!.spanLengths]);
          return denoiser.denoise(canvases);
        },
      },
      {
        slots: maskedSlots([2, 1, 3], MASK),
        sampler: sampler({ steps: 1 }),
        seed: 0,
        startTime: 1,
      },
    );
    expect(views).toEqual([[2, 1, 3]]);
  });

  test('shows the model the canvas of each step, which it may keep', async () => {
    const views: Int32Array[] = [];
    const denoiser = constantDenoiser([1, 0]);
    await run(
      {
        ...denoiser,
        denoise: async (canvases) => {
          views.push(canvases[0]!.tokens);
          return denoiser.denoise(canvases);
        },
      },
      { slots: maskedSlots([2], MASK), sampler: sampler({ steps: 2 }) },
    );
    expect(views.map((tokens) => [...tokens])).toEqual([
      [MASK, MASK],
      [0, MASK],
    ]);
  });

  test('records what the model thinks at every step anew', async () => {
    const { steps } = await run(moodyDenoiser(), {
      slots: maskedSlots([3], MASK),
      sampler: sampler({ steps: 3 }),
    });
    expect(new Set(steps.map(({ entropy }) => entropy.join())).size).toBe(3);
  });

  test('shows per slot what the model thinks, the best few first', async () => {
    const { steps } = await run(constantDenoiser([0.2, 0.5, 0.3, 0]), {
      slots: [{ id: 0, span: 0, state: 'revealed', token: 0 }, ...maskedSlots([1], MASK)],
      sampler: sampler({ steps: 1 }),
    });
    expect(steps[0]!.confidence).toEqual([0.2, 0.5]);
    expect(steps[0]!.entropy[0]).toBeCloseTo(1.0297, 4);
    const probabilities = steps[0]!.alternatives[1]!.map(([token, logProb]) => [
      token,
      Number(Math.exp(logProb).toFixed(3)),
    ]);
    expect(probabilities).toEqual([
      [1, 0.5],
      [2, 0.3],
      [0, 0.2],
    ]);
  });

  test('shows no more than eight, of each slot its own, and none that is impossible', async () => {
    const shown = async (...rows: number[][]) => {
      const slots = maskedSlots([rows.length], MASK);
      const { steps } = await run(rowsDenoiser(rows), { slots, sampler: sampler({ steps: 1 }) });
      return steps[0]!.alternatives.map((list) => list.map(([token]) => token));
    };
    expect(await shown([0.6, 0.4, 0], [0, 0.2, 0.8])).toEqual([
      [0, 1],
      [2, 1],
    ]);
    expect(await shown(new Array(10).fill(0.1))).toEqual([range(8)]);
  });

  test('keeps nothing of what a model says of a token that it is silent about', async () => {
    const request = {
      slots: [{ id: 0, span: 0, state: 'revealed', token: 0 } as const, ...maskedSlots([1], MASK)],
      sampler: sampler({ steps: 1 }),
    };
    const [first] = (await run(silent(constantDenoiser([0.2, 0.8])), request)).steps;
    expect(first!.confidence).toEqual([1, 0.8]);
    expect(first!.entropy).toEqual([null, expect.closeTo(0.5004, 4)]);
    expect(first!.alternatives.map(({ length }) => length)).toEqual([0, 2]);
  });

  test.each([0, -0.1, 1.1, Number.NaN])('refuses to start at time %s', async (startTime) => {
    const request = { slots: maskedSlots([1], MASK), sampler: sampler(), startTime };
    await expect(run(uniformDenoiser(), request)).rejects.toThrow(RangeError);
  });
});
