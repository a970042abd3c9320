import { describe, expect, test } from 'vitest';
import type { Denoiser } from '../../../../src/diffusion/denoiser';
import { type Elasticity, generateElastic } from '../../../../src/diffusion/length/elastic';
import { maskedSlots } from '../../../../src/diffusion/noise';
import { resumeFrom } from '../../../../src/diffusion/resume';
import { beginTrace, replay } from '../../../../src/diffusion/trace/replay';
import type { TraceHeader, TraceStep } from '../../../../src/diffusion/trace/trace';
import { MASK, moodyDenoiser, PAD, predictionOf } from '../predictions';
import { range } from '../run';
import { sampler } from '../samplers';

const EXPAND = 2;
const DELETE = 3;
const elastic: Elasticity = {
  expandToken: EXPAND,
  deleteToken: DELETE,
  budget: 100,
  mostPerSpan: 100,
  most: 100,
};

/** A model that wants every span to have `length` slots of token 1. */
function wanting(length: number): Denoiser {
  return {
    ...moodyDenoiser(),
    denoise: async (canvases) =>
      canvases.map(({ tokens, spanLengths }) =>
        predictionOf(
          spanLengths.flatMap((slots, span) => {
            const from = spanLengths.slice(0, span).reduce((sum, n) => sum + n, 0);
            const masked = range(slots).filter((i) => tokens[from + i] === MASK);
            const wish = slots < length ? EXPAND : slots > length ? DELETE : 1;
            // One change at a time is enough.
            return range(slots).map((i) =>
              range(4).map((token) => (token === (i === masked[0] ? wish : 1) ? 0.97 : 0.01)),
            );
          }),
        ),
      ),
  };
}

async function fill(
  denoiser: Denoiser,
  lengths: readonly number[],
  change: Partial<Elasticity> = {},
) {
  const slots = maskedSlots(lengths, MASK);
  const steps: TraceStep[] = [];
  const one = sampler({ steps: 64, temperature: 0, order: 'left-to-right' });
  const generation = await generateElastic(
    denoiser,
    { slots, sampler: one, seed: 1, startTime: 1, elastic: { ...elastic, ...change } },
    { onStep: (step) => steps.push(step) },
  );
  const header = { slots, maskToken: MASK, padToken: PAD } as unknown as TraceHeader;
  expect(replay({ ...beginTrace(header, {}), steps })).toEqual(generation.slots);
  for (const [i, { masked }] of steps.entries()) {
    const now = replay({ ...beginTrace(header, {}), steps }, i + 1);
    expect(now.filter(({ state }) => state === 'masked')).toHaveLength(masked);
  }
  return generation;
}

describe('a model that expands and deletes', () => {
  test.each([
    [[2], 7],
    [[9], 3],
    [[4], 4],
    [[1, 6], 3],
  ])('brings %j to spans of %i', async (lengths, wanted) => {
    const { slots, kind } = await fill(wanting(wanted), lengths);
    expect(kind).toBe('finished');
    for (const span of lengths.keys())
      expect(slots.filter((slot) => slot.span === span)).toHaveLength(wanted);
    expect(slots.every(({ state, token }) => state === 'revealed' && token === 1)).toBe(true);
    expect(new Set(slots.map(({ id }) => id)).size).toBe(slots.length);
  });

  test.each([
    ['the budget', { budget: 3 }, 5],
    ['the room of a span', { mostPerSpan: 6 }, 6],
    ['the room of all', { most: 4 }, 4],
  ])('keeps to %s', async (_, change, length) => {
    const { slots, kind } = await fill(wanting(50), [2], change);
    expect(kind).toBe('finished');
    expect(slots).toHaveLength(length);
    expect(slots.some(({ token }) => token === EXPAND || token === DELETE)).toBe(false);
  });

  test.each([
    ['the budget', { budget: 3 }, [4], [7]],
    ['the room of each span', { mostPerSpan: 6 }, [4, 5], [6, 6]],
    ['the room of all', { most: 10 }, [4, 4], [6, 4]],
  ])('keeps to %s where a step expands several slots', async (_, change, lengths, most) => {
    const eager: Denoiser = {
      ...moodyDenoiser(),
      denoise: async (canvases) =>
        canvases.map(({ tokens }) => predictionOf([...tokens].map(() => [0, 0.1, 0.9, 0]))),
    };
    const steps: TraceStep[] = [];
    const { kind, slots } = await generateElastic(
      eager,
      {
        slots: maskedSlots(lengths, MASK),
        sampler: sampler({ steps: 1, temperature: 0, order: 'left-to-right' }),
        seed: 1,
        startTime: 1,
        elastic: { ...elastic, ...change },
      },
      { onStep: (step) => steps.push(step) },
    );
    expect(kind).toBe('finished');
    expect(most.map((_, span) => slots.filter((slot) => slot.span === span).length)).toEqual(most);
    expect(slots.every(({ token }) => token === 1)).toBe(true);
    const inserts = steps.map(
      ({ transitions }) => transitions.filter(({ kind }) => kind === 'insert').length,
    );
    expect(inserts[0]).toBeGreaterThan(1);
  });

  test('vetoes nothing else than expansions, and what may not be said anyway', async () => {
    const reasonsOf = async (allowed?: (slot: number, token: number) => boolean) => {
      const steps: TraceStep[] = [];
      const { slots } = await generateElastic(
        wanting(3),
        {
          slots: maskedSlots([2], MASK),
          sampler: sampler({ steps: 64, temperature: 0, order: 'left-to-right' }),
          seed: 1,
          startTime: 1,
          elastic,
          allowed,
        },
        { onStep: (step) => steps.push(step) },
      );
      const reasons = steps.flatMap(({ transitions }) => transitions.map(({ reason }) => reason));
      return { vetoes: reasons.filter((reason) => reason.includes('vetoed')).length, slots };
    };
    expect((await reasonsOf()).vetoes).toBe(0);
    const other = await reasonsOf((_, token) => token !== 1);
    expect(other.vetoes).toBeGreaterThan(0);
    expect(other.slots.some(({ token }) => token === 1)).toBe(false);
  });

  test('reveals what was inserted in its turn, like any other slot', async () => {
    const surestOfTheLast: Denoiser = {
      ...moodyDenoiser(),
      denoise: async (canvases) =>
        canvases.map(({ tokens }) =>
          predictionOf(
            [...tokens].map((_, i) => {
              const sure = 0.9 + 0.02 * i;
              return tokens.length < 4 && i === 0 ? [0, 0, 1, 0] : [1 - sure, sure, 0, 0];
            }),
          ),
        ),
    };
    const steps: TraceStep[] = [];
    await generateElastic(
      surestOfTheLast,
      {
        slots: maskedSlots([3], MASK),
        sampler: sampler({ steps: 64, temperature: 0, order: 'confidence' }),
        seed: 1,
        startTime: 1,
        elastic,
      },
      { onStep: (step) => steps.push(step) },
    );
    // Slot 3 comes behind slot 0, and slots 1 and 2 behind that.
    const reveals = steps.flatMap(({ transitions }) =>
      transitions.flatMap(({ kind, slot }) => (kind === 'reveal' ? [slot] : [])),
    );
    expect(reveals).toEqual([0, 2, 1, 3, 0]);
  });

  test('stops between steps', async () => {
    const stop = new AbortController();
    const steps: TraceStep[] = [];
    const { kind } = await generateElastic(
      wanting(9),
      { slots: maskedSlots([2], MASK), sampler: sampler(), seed: 1, startTime: 1, elastic },
      {
        signal: stop.signal,
        onStep: (step) => {
          steps.push(step);
          if (steps.length === 2) stop.abort();
        },
      },
    );
    expect(kind).toBe('stopped');
    expect(steps).toHaveLength(2);
  });

  test('ends whatever it proposes', async () => {
    for (const seed of range(20)) {
      const denoiser = moodyDenoiser();
      const slots = maskedSlots([4, 3], MASK);
      const one = sampler({ steps: 5, order: 'random' });
      const request = {
        slots,
        sampler: one,
        seed,
        startTime: 1,
        elastic: { ...elastic, budget: 8 },
      };
      const { slots: end, kind } = await generateElastic(denoiser, request);
      expect(kind).toBe('finished');
      expect(end.some(({ state }) => state === 'masked')).toBe(false);
      expect(end.length).toBeLessThanOrEqual(15);
      expect(await generateElastic(denoiser, request)).toMatchObject({ slots: end });
    }
  });

  test('taken up again after any of its steps comes to the same end, within the same budget', async () => {
    const slots = maskedSlots([2], MASK);
    const request = {
      slots,
      sampler: sampler({ steps: 64, temperature: 0, order: 'left-to-right' }),
      seed: 1,
      startTime: 1,
      elastic: { ...elastic, budget: 5 },
    };
    const steps: TraceStep[] = [];
    const onStep = (step: TraceStep) => steps.push(step);
    const whole = await generateElastic(wanting(50), request, { onStep });
    const header = { slots, maskToken: MASK, padToken: PAD } as unknown as TraceHeader;
    const trace = { ...beginTrace(header, {}), steps };
    for (const step of range(steps.length)) {
      const resume = resumeFrom(trace, step);
      expect(await generateElastic(wanting(50), { ...request, resume })).toEqual(whole);
    }
  });

  test.each<[string, readonly number[], Partial<Elasticity>]>([
    ['in all', [2], { budget: 2 }],
    ['on the canvas', [2], { most: 4 }],
    ['in a span', [2, 3], { mostPerSpan: 4 }],
  ])('that proposes nothing else and has no room %s is an error', async (_, lengths, room) => {
    const most = { inSpan: 0, inAll: 0 };
    const only: Denoiser = {
      ...moodyDenoiser(),
      denoise: async (canvases) =>
        canvases.map(({ tokens, spanLengths }) => {
          most.inSpan = Math.max(most.inSpan, ...spanLengths);
          most.inAll = Math.max(most.inAll, tokens.length);
          return {
            ...predictionOf(range(tokens.length).map(() => [1])),
            tokens: new Int32Array(tokens.length).fill(EXPAND),
          };
        }),
    };
    await expect(fill(only, lengths, room)).rejects.toThrow(/nothing but more slots/);
    expect(most.inSpan).toBeLessThanOrEqual(room.mostPerSpan ?? 4);
    expect(most.inAll).toBeLessThanOrEqual(room.most ?? 8);
  });
});
