import { describe, expect, test } from 'vitest';
import type { CanvasView, Denoiser } from '../../../../src/diffusion/denoiser';
import { maskedSlots } from '../../../../src/diffusion/noise';
import type { SamplerSettings } from '../../../../src/diffusion/settings/sampler';
import type { TraceSlot, TraceStep } from '../../../../src/diffusion/trace/trace';
import {
  constantDenoiser,
  MASK,
  moodyDenoiser,
  predictionOf,
  rowsDenoiser,
  silent,
  uniformDenoiser,
  withQuality,
} from '../predictions';
import { range, run } from '../run';
import { sampler } from '../samplers';
import { dependentTriple } from '../tabular';

const revealed = (...tokens: number[]): TraceSlot[] =>
  tokens.map((token, id) => ({ id, span: 0, state: 'revealed', token }));
const then = (slots: TraceSlot[], ...more: TraceSlot['state'][]): TraceSlot[] => [
  ...slots,
  ...more.map((state, i): TraceSlot => {
    const id = slots.length + i;
    return { id, span: 0, state, token: state === 'masked' ? MASK : 1 };
  }),
];
const brief = (step: TraceStep | undefined) =>
  step?.transitions.map(({ kind, slot, reason }) => [kind, slot, reason]);
const remasks = (steps: readonly TraceStep[]) =>
  steps.map(({ transitions }) => transitions.filter(({ kind }) => kind === 'remask').length);

/** The denoiser, and every batch of canvases it was shown. */
function watched<D extends Denoiser>(denoiser: D): { denoiser: Denoiser; batches: number[][][] } {
  const batches: number[][][] = [];
  const denoise = async (canvases: readonly CanvasView[]) => {
    batches.push(canvases.map(({ tokens }) => [...tokens]));
    return denoiser.denoise(canvases);
  };
  return { denoiser: { ...denoiser, denoise }, batches };
}

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
  const slots = then(revealed(0, 0, 0, 0), 'pinned', 'masked', 'masked', 'masked');

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
      slots: then(revealed(0, 0, 0, 0), ...new Array(4).fill('masked')),
      sampler: settings({
        steps: 8,
        parallel,
        remask: { remasker: 'quality', threshold: 1, most: 99 },
      }),
    });
    expect(steps.map(({ masked }) => masked)).toEqual([3, 2, 1, 0]);
  });
});

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
            const p = conditional(tabular, given, slot, before[slot]!);
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
      slots: then(revealed(2, 2), 'masked', 'masked', 'masked', 'pinned'),
      sampler: wino(1, { parallel: { rule: 'fixed' }, steps: 3 }),
      startTime: 0.5,
    });
    expect(tokens).toEqual([2, 2, 0, 0, 0, 1]);
    for (const canvas of batches.flat())
      expect([canvas[0], canvas[1], canvas[5]]).toEqual([2, 2, 1]);
  });
});

/** p(slot = token | the tokens given), by enumeration. */
function conditional(
  tabular: ReturnType<typeof dependentTriple>,
  given: readonly number[],
  slot: number,
  token: number,
): number {
  let both = 0;
  let all = 0;
  for (const [state, p] of tabular.joint.entries()) {
    const agrees = given.every(
      (other, i) => i === slot || other === tabular.maskToken || tabular.digit(state, i) === other,
    );
    if (!agrees) continue;
    all += p;
    if (tabular.digit(state, slot) === token) both += p;
  }
  return both / all;
}

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
      slots: then(revealed(1, 0), 'pinned', 'masked'),
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
          const best = Math.max(...range(3).map((t) => conditional(tabular, tokens, slot, t)));
          const own = conditional(tabular, tokens, slot, tokens[slot]!);
          expect(best <= 0.5 + 1e-6 || own === best).toBe(true);
        }
      }
      expect(edited).toBeGreaterThan(20);
    },
  );
});

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
      slots: then(revealed(1), 'masked', 'masked'),
      sampler: p2('confidence'),
      startTime: 0.7,
    });
    expect(remasks(steps)).toEqual([0, 0, 0]);
    expect(tokens[0]).toBe(1);
  });
});
