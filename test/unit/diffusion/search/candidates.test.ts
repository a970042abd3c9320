import { describe, expect, test } from 'vitest';
import type { Denoiser } from '../../../../src/diffusion/denoiser';
import { generate } from '../../../../src/diffusion/generate';
import { maskedSlots } from '../../../../src/diffusion/noise';
import {
  type CandidatesRequest,
  generateCandidates,
  merged,
} from '../../../../src/diffusion/search/candidates';
import {
  diversified,
  isDeterministic,
  seedOfRun,
} from '../../../../src/diffusion/search/diversity';
import { inLockstep } from '../../../../src/diffusion/search/lockstep';
import { remembering } from '../../../../src/diffusion/search/remembering';
import type { TraceStep } from '../../../../src/diffusion/trace/trace';
import { MASK, moodyDenoiser, PAD, uniformDenoiser } from '../predictions';
import { range } from '../run';
import { sampler } from '../samplers';

/** A denoiser that writes down how large its batches were. */
function counted(denoiser: Denoiser): Denoiser & { readonly batches: number[] } {
  const batches: number[] = [];
  return {
    ...denoiser,
    batches,
    denoise: (canvases) => {
      batches.push(canvases.length);
      return denoiser.denoise(canvases);
    },
  };
}

const request = (changes: Partial<CandidatesRequest> = {}): CandidatesRequest => ({
  slots: maskedSlots([6], MASK),
  sampler: sampler({ steps: 3, temperature: 0 }),
  seed: 40,
  startTime: 1,
  count: 5,
  diversity: 1,
  ...changes,
});

describe('candidates', () => {
  test('are denoised in one batch per step', async () => {
    const denoiser = counted(moodyDenoiser());
    await generateCandidates(denoiser, request());
    expect(denoiser.batches).toEqual([5, 5, 5]);
  });

  test('the first is what the request alone gives, and its steps are told', async () => {
    const alone = await generate(moodyDenoiser(), request());
    const told: TraceStep[] = [];
    const candidates = await generateCandidates(moodyDenoiser(), request(), {
      onStep: (step) => told.push(step),
    });
    expect(candidates![0]).toMatchObject({ slots: alone.slots, seed: 40 });
    expect(candidates![0]!.meanLogProb).toBe(alone.meanLogProb);
    expect(told).toEqual(candidates![0]!.steps);
    expect(candidates!.map(({ wasShown }) => wasShown)).toEqual(candidates!.map((_, i) => i === 0));
  });

  test('each is what its own seed and sampler give', async () => {
    const candidates = await generateCandidates(moodyDenoiser(), request());
    expect(new Set(candidates!.map(({ seed }) => seed)).size).toBe(candidates!.length);
    for (const { slots, sampler, seed } of candidates!)
      expect(await generate(moodyDenoiser(), { ...request(), sampler, seed })).toMatchObject({
        slots,
      });
  });

  test('differ, also where the sampler is deterministic', async () => {
    const candidates = await generateCandidates(moodyDenoiser(), request());
    expect(candidates!.length).toBeGreaterThan(1);
    const fills = candidates!.map(({ slots }) => JSON.stringify(slots));
    expect(new Set(fills).size).toBe(fills.length);
  });

  test('equal ones are merged and counted', async () => {
    const slots = maskedSlots([1], MASK);
    const candidates = await generateCandidates(uniformDenoiser(), request({ slots, count: 40 }));
    expect(candidates!.map(({ slots }) => slots[0]!.token).sort()).toEqual([0, 1, 2, 3]);
    expect(candidates!.reduce((sum, { found }) => sum + found, 0)).toBe(40);
  });

  test('are equal when they differ in surplus slots only', async () => {
    const [candidate] = (await generateCandidates(moodyDenoiser(), request({ count: 1 })))!;
    const holding = (...spans: readonly (readonly number[])[]) => ({
      ...candidate!,
      slots: spans.flatMap((tokens, span) =>
        tokens.map((token, id) => ({ id, span, state: 'revealed' as const, token })),
      ),
    });
    const first = holding([1, PAD], [2, PAD]);
    const others = [holding([1], [2, PAD, PAD]), holding([1, 2], [PAD]), holding([1, PAD], [3])];
    expect(merged([first, ...others, first], PAD)).toEqual([
      { ...first, found: 3 },
      others[1],
      others[2],
    ]);
  });

  test('runs of different lengths end when each is done', async () => {
    const denoiser = counted(moodyDenoiser());
    const parallel = { rule: 'threshold', threshold: 0.8 } as const;
    const candidates = await generateCandidates(
      denoiser,
      request({ sampler: sampler({ steps: 6, parallel }), count: 8 }),
    );
    const steps = candidates!.map((candidate) => candidate.steps.length);
    expect(denoiser.batches).toHaveLength(Math.max(...steps));
    expect(denoiser.batches[0]).toBe(8);
  });

  test('stop together', async () => {
    const controller = new AbortController();
    const hooks = { signal: controller.signal, onStep: () => controller.abort() };
    expect(await generateCandidates(moodyDenoiser(), request(), hooks)).toBeUndefined();
  });

  test('stop also where some of them are done', async () => {
    const parallel = { rule: 'threshold', threshold: 0.8 } as const;
    const several = request({ sampler: sampler({ steps: 6, parallel }), count: 8 });
    const steps = (await generateCandidates(moodyDenoiser(), several))!.map(
      (candidate) => candidate.steps.length,
    );
    expect(Math.min(...steps)).toBeLessThan(Math.max(...steps));
    const controller = new AbortController();
    const denoiser = counted(moodyDenoiser());
    const stopping: Denoiser = {
      ...denoiser,
      denoise: (canvases) => {
        if (denoiser.batches.length === Math.max(...steps) - 2) controller.abort();
        return denoiser.denoise(canvases);
      },
    };
    const { signal } = controller;
    expect(await generateCandidates(stopping, several, { signal })).toBeUndefined();
  });

  test('a denoiser that fails fails them', async () => {
    const broken: Denoiser = {
      ...moodyDenoiser(),
      denoise: () => Promise.reject(new Error('no power')),
    };
    await expect(generateCandidates(broken, request())).rejects.toThrow('no power');
  });
});

describe('diversity', () => {
  test('only a sampler without any chance in it gets a temperature', () => {
    const plain = sampler({ temperature: 0 });
    expect(isDeterministic(plain)).toBe(true);
    expect(diversified(plain, 0.7)).toMatchObject({ temperature: 0.7, topP: 0.95 });
    expect(diversified({ ...plain, topP: 0.5 }, 0.7)).toMatchObject({ topP: 0.5 });
    for (const drawn of [
      sampler({ temperature: 0.1 }),
      sampler({ temperature: 0, order: 'random' }),
      sampler({ temperature: 0, orderTemperature: 1 }),
      sampler({ temperature: 0, parallel: { rule: 'ancestral' } }),
      sampler({ temperature: 0, remask: { remasker: 'remdm-conf' } }),
    ]) {
      expect(isDeterministic(drawn)).toBe(false);
      expect(diversified(drawn, 0.7)).toBe(drawn);
    }
  });

  test('drafts continue the text whatever the order, so that it is no chance there', () => {
    const drafting = { temperature: 0, parallel: { rule: 'speculative', drafts: 4 } } as const;
    for (const changes of [{ order: 'random' }, { orderTemperature: 1 }] as const) {
      expect(isDeterministic(sampler({ ...drafting, ...changes }))).toBe(true);
      const p2 = sampler({ ...drafting, ...changes, remask: { remasker: 'p2' } });
      expect(isDeterministic(p2)).toBe(false);
    }
  });

  test('seeds are unsigned, and apart', () => {
    const seeds = range(50).flatMap((seed) => range(64).map((run) => seedOfRun(seed, run)));
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(seedOfRun(7, 0)).toBe(7);
  });
});

describe('lockstep', () => {
  const view = (token: number) => ({ spanLengths: [1], tokens: Int32Array.of(token) });

  test('a run that asks for several canvases at once gets its own', async () => {
    const denoiser = moodyDenoiser();
    const answers = await inLockstep(denoiser, [
      (shared) => shared.denoise([view(1), view(2)]),
      (shared) => shared.denoise([view(3)]),
      async () => [],
    ]);
    const all = await denoiser.denoise([view(1), view(2), view(3)]);
    expect(answers).toEqual([all.slice(0, 2), all.slice(2), []]);
  });

  test('a run that fails does not hold up the others', async () => {
    const done: string[] = [];
    const runs = inLockstep(moodyDenoiser(), [
      async (shared) => {
        await shared.denoise([view(1)]);
        throw new Error('of its own');
      },
      async (shared) => {
        for (const token of [1, 2, 3]) await shared.denoise([view(token)]);
        done.push('second');
      },
    ]);
    await expect(runs).rejects.toThrow('of its own');
    expect(done).toEqual(['second']);
  });
});

test('a remembering denoiser asks once for each canvas, and again for what it forgot', async () => {
  const denoiser = counted(moodyDenoiser());
  const asked = remembering(denoiser, 2);
  const view = (token: number) => ({ spanLengths: [1], tokens: Int32Array.of(token) });
  const [first, second, third] = await asked.denoise([view(1), view(2), view(1)]);
  expect(denoiser.batches).toEqual([2]);
  expect(third).toBe(first);
  expect(await asked.denoise([view(2)])).toEqual([second]);
  expect(denoiser.batches).toEqual([2]);
  await asked.denoise([view(3)]);
  await asked.denoise([view(2)]);
  expect(denoiser.batches).toEqual([2, 1]);
  await asked.denoise([view(1)]);
  expect(denoiser.batches).toEqual([2, 1, 1]);
});
