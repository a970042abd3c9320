import { describe, expect, test } from 'vitest';
import { maskedSlots } from '../../../src/diffusion/noise';
import type { SamplerSettings } from '../../../src/diffusion/settings/sampler';
import type { TraceSlot, TraceStep } from '../../../src/diffusion/trace/trace';
import { constantDenoiser, MASK, rowsDenoiser, uniformDenoiser } from './predictions';
import { range, run } from './run';
import { sampler } from './samplers';

const reveals = (steps: readonly TraceStep[]) =>
  steps.map(({ transitions }) => transitions.filter(({ kind }) => kind === 'reveal').length);
const reasons = (step: TraceStep | undefined) => step?.transitions.map(({ reason }) => reason);

/** How many slots each step reveals of L masked ones. */
async function counts(length: number, changes: Partial<SamplerSettings>): Promise<number[]> {
  const slots = maskedSlots([length], MASK);
  return reveals((await run(uniformDenoiser(), { slots, sampler: sampler(changes) })).steps);
}

describe('the fixed rule', () => {
  test('reveals ⌊L/T⌋ + [i < L mod T] slots', async () => {
    expect(await counts(10, { steps: 4 })).toEqual([3, 3, 2, 2]);
    expect(await counts(12, { steps: 4 })).toEqual([3, 3, 3, 3]);
  });

  test('takes no more steps than there are masked slots', async () => {
    const revealed: TraceSlot = { id: 3, span: 0, state: 'revealed', token: 1 };
    const { steps } = await run(uniformDenoiser(), {
      slots: [...maskedSlots([3], MASK), revealed],
      sampler: sampler({ steps: 64 }),
    });
    expect(reveals(steps)).toEqual([1, 1, 1]);
    expect(steps.map(({ t }) => t)).toEqual([1, 2 / 3, 1 / 3]);
  });

  test('drops steps in which a schedule reveals nothing; the times stay without gaps', async () => {
    const slots = maskedSlots([8], MASK);
    const { steps } = await run(uniformDenoiser(), {
      slots,
      sampler: sampler({ steps: 8, schedule: 'cosine' }),
    });
    // 8·cos(π/16·(i + 1)) is 7.85, 7.39, 6.65, 5.66, 4.44, 3.06, 1.56, 0.
    expect(reveals(steps)).toEqual([1, 1, 2, 1, 1, 2]);
    expect(steps.map(({ index }) => index)).toEqual(range(6));
    expect(steps[0]!.t).toBe(1);
    expect(steps.slice(1).map(({ t }) => t)).toEqual(steps.slice(0, -1).map(({ s }) => s));
    expect(steps.at(-1)!.s).toBe(0);
  });

  test('says which of how many', async () => {
    const slots = maskedSlots([3], MASK);
    const { steps } = await run(uniformDenoiser(), { slots, sampler: sampler({ steps: 2 }) });
    expect(steps.map(reasons)).toEqual([
      ['1 of 2 by schedule', '2 of 2 by schedule'],
      ['1 of 1 by schedule'],
    ]);
  });

  test('reveals one more for every slot that ReMDM takes back, so that the count keeps the schedule', async () => {
    const { steps } = await run(uniformDenoiser(), {
      slots: maskedSlots([20], MASK),
      sampler: sampler({ steps: 10, remask: { remasker: 'remdm-cap', eta: 0.2 } }),
      seed: 4,
    });
    expect(steps.map(({ masked }) => masked)).toEqual([18, 16, 14, 12, 10, 8, 6, 4, 2, 0]);
    expect(reveals(steps).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(20);
  });

  test('with a remasker keeps all T steps, spread evenly', async () => {
    const { steps } = await run(uniformDenoiser(), {
      slots: maskedSlots([4], MASK),
      sampler: sampler({ steps: 8, remask: { remasker: 'remdm-cap', eta: 0 } }),
    });
    expect(steps.map(({ masked }) => masked)).toEqual([4, 3, 3, 2, 2, 1, 1, 0]);
  });
});

describe('adaptive rules', () => {
  const threshold = { parallel: { rule: 'threshold', threshold: 0.9 } } as const;

  test('reveal what they support, and say why', async () => {
    const sure = [0.95, 0.05, 0, 0];
    const unsure = [0.4, 0.3, 0.2, 0.1];
    const { steps } = await run(rowsDenoiser([sure, unsure, sure, unsure]), {
      slots: maskedSlots([4], MASK),
      sampler: sampler({ ...threshold, steps: 64, temperature: 0 }),
    });
    expect(steps.map(reasons)).toEqual([
      ['confidence 0.95 ≥ 0.9', 'confidence 0.95 ≥ 0.9'],
      ['first of 2'],
      ['first of 1'],
    ]);
    expect(steps.map(({ t, s }) => [t, s])).toEqual([
      [1, 0.5],
      [0.5, 0.25],
      [0.25, 0],
    ]);
  });

  test('are done within T steps', async () => {
    expect(await counts(10, { ...threshold, steps: 4 })).toEqual([3, 3, 2, 2]);
    const { steps } = await run(uniformDenoiser(), {
      slots: maskedSlots([10], MASK),
      sampler: sampler({ ...threshold, steps: 4 }),
    });
    expect(steps.map((step) => reasons(step)!.at(-1))).toEqual([
      '3 due, steps left: 4',
      '3 due, steps left: 3',
      '2 due, steps left: 2',
      '2 due, steps left: 1',
    ]);
  });

  test('have all T steps, also where a schedule would leave some of them nothing to reveal', async () => {
    const cosine = { ...threshold, steps: 8, schedule: 'cosine' } as const;
    expect(await counts(8, cosine)).toEqual(new Array(8).fill(1));
  });

  test('take one step when the model is sure of everything', async () => {
    const { steps } = await run(constantDenoiser([1, 0]), {
      slots: maskedSlots([30], MASK),
      sampler: sampler({ ...threshold, steps: 64 }),
    });
    expect(reveals(steps)).toEqual([30]);
  });

  test('look at what the model is sure of, not at what temperature draws', async () => {
    const slots = maskedSlots([2], MASK);
    const denoiser = rowsDenoiser([
      [0.9, 0.1],
      [0.6, 0.4],
    ]);
    for (const seed of range(40)) {
      const { steps } = await run(denoiser, { slots, sampler: sampler({ temperature: 2 }), seed });
      expect(steps.map(({ transitions }) => transitions[0]!.slot)).toEqual([0, 1]);
    }
  });
});

test('the ancestral rule names the probability it drew with', async () => {
  const { steps } = await run(uniformDenoiser(), {
    slots: maskedSlots([20], MASK),
    sampler: sampler({ steps: 4, parallel: { rule: 'ancestral' } }),
  });
  expect(steps.map((step) => new Set(reasons(step)))).toEqual([
    new Set(['drawn with probability 0.25']),
    new Set(['drawn with probability 0.333']),
    new Set(['drawn with probability 0.5']),
    new Set(['last step']),
  ]);
});

describe('P2', () => {
  const p2 = { remask: { remasker: 'p2' }, temperature: 0 } as const;

  test('leaves ⌊N(1 − κ)⌋ masks after every step', async () => {
    const { steps } = await run(uniformDenoiser(), {
      slots: maskedSlots([10], MASK),
      sampler: sampler({ ...p2, steps: 4 }),
    });
    expect(steps.map(({ masked }) => masked)).toEqual([7, 5, 2, 0]);
  });

  test('is not off by one where 1 − κ cannot be written exactly', async () => {
    const { steps } = await run(uniformDenoiser(), {
      slots: maskedSlots([3], MASK),
      sampler: sampler({ ...p2, steps: 3 }),
    });
    expect(steps.map(({ masked }) => masked)).toEqual([2, 1, 0]);
  });

  test('with an adaptive rule has as many masks fewer as the rule supports', async () => {
    const sure = [0.95, 0.05, 0, 0];
    const unsure = [0.4, 0.3, 0.2, 0.1];
    const { steps } = await run(rowsDenoiser([sure, unsure, sure, unsure]), {
      slots: maskedSlots([4], MASK),
      sampler: sampler({ ...p2, steps: 64, parallel: { rule: 'threshold', threshold: 0.9 } }),
    });
    expect(steps.map(({ t, s, masked }) => [t, s, masked])).toEqual([
      [1, 0.5, 2],
      [0.5, 0.25, 1],
      [0.25, 0, 0],
    ]);
  });

  test('takes back a token that the model doubts more than the others', async () => {
    // The user's token 1 has probability 0.05 where it stands.
    const slots: TraceSlot[] = [
      { id: 0, span: 0, state: 'revealed', token: 1 },
      { id: 1, span: 0, state: 'masked', token: MASK },
      { id: 2, span: 0, state: 'masked', token: MASK },
      { id: 3, span: 0, state: 'pinned', token: 3 },
    ];
    const row = [0.8, 0.05, 0.1, 0.05];
    const { steps, tokens } = await run(constantDenoiser(row), {
      slots,
      sampler: sampler({ ...p2, steps: 2 }),
      startTime: 0.7,
    });
    expect(
      steps.map(({ transitions }) =>
        transitions.map(({ kind, slot, reason }) => [kind, slot, reason]),
      ),
    ).toEqual([
      [
        ['reveal', 1, 'not among the last 1 by confidence'],
        ['reveal', 2, 'not among the last 1 by confidence'],
        ['remask', 0, 'among the last 1 by confidence'],
      ],
      [['reveal', 0, 'last step']],
    ]);
    expect(tokens).toEqual([0, 0, 0, 3]);
  });
});

describe('ReMDM', () => {
  test('by the fixed rule leaves as many masks as its loop does: down to a tenth, which it holds', async () => {
    const loop = { remasker: 'remdm-loop', eta: 0.02, on: 0.55, alpha: 0.9, off: 0.05 } as const;
    const { steps } = await run(uniformDenoiser(), {
      slots: maskedSlots([20], MASK),
      sampler: sampler({ steps: 20, remask: loop }),
    });
    const masked = steps.map((step) => step.masked);
    // Half of the way down after 5 of 9 steps, from t = 1 to 0.55.
    expect(masked[4]).toBe(10);
    expect(masked.slice(8)).toEqual([...new Array(11).fill(2), 0]);
  });

  test('takes the rate from its place in the run, also on a rewrite', async () => {
    const { steps } = await run(uniformDenoiser(), {
      slots: range(40).map((id) => ({ id, span: 0, state: 'revealed', token: 1 })),
      sampler: sampler({ steps: 4, remask: { remasker: 'remdm-cap', eta: 0.25 } }),
      startTime: 0.8,
      seed: 3,
    });
    expect(reasons(steps[0])!.every((reason) => reason === 'σ = 0.25')).toBe(true);
    expect(reasons(steps[0])!.length).toBeGreaterThan(0);
    expect(steps.map(({ t }) => Number(t.toFixed(6)))).toEqual([0.8, 0.6, 0.4, 0.2]);
    expect(steps.at(-1)!.transitions.some(({ kind }) => kind === 'remask')).toBe(false);
  });
});

test('with adaptive rules ReMDM reads α off the canvas', async () => {
  const slots = range(5).map(
    (id): TraceSlot =>
      id < 3
        ? { id, span: 0, state: 'revealed', token: 1 }
        : { id, span: 0, state: 'masked', token: MASK },
  );
  const seen = new Set<string>();
  for (const seed of range(20)) {
    const { steps } = await run(uniformDenoiser(), {
      slots,
      sampler: sampler({
        steps: 64,
        parallel: { rule: 'threshold', threshold: 0.9 },
        remask: { remasker: 'remdm-rescale', eta: 0.75 },
      }),
      seed,
      startTime: 0.4,
    });
    for (const { kind, reason } of steps[0]!.transitions) if (kind === 'remask') seen.add(reason);
  }
  // From 2 masked of 5 to 1: η·(1 − 4/5)/(3/5).
  expect([...seen]).toEqual(['σ = 0.25']);
});
