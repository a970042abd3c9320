import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskedSlots } from '../../../src/diffusion/noise';
import { allLogProbs, resumeAfter, resumeAtStart, resumeFrom } from '../../../src/diffusion/resume';
import { appendSteps, beginTrace } from '../../../src/diffusion/trace/replay';
import type { Trace, TraceSlot, TraceStep } from '../../../src/diffusion/trace/trace';
import { stepOf } from '../traces';
import { header, options, requests } from './arbitraries';
import { MASK, moodyDenoiser, uniformDenoiser } from './predictions';
import { type Request, range, run } from './run';
import { sampler } from './samplers';

/** Without what the steps cost: the first one after a break has no prediction to fall back on. */
const timeless = (steps: readonly TraceStep[]) =>
  steps.map((step) => ({ ...step, ms: 0, canvases: 0 }));

function traceOf({ slots, sampler, seed = 0 }: Request, steps: readonly TraceStep[]): Trace {
  return JSON.parse(
    JSON.stringify(appendSteps(beginTrace(header(slots, sampler, seed), {}), steps, {})),
  );
}

test('what is added without a prediction is nothing for editing to look at again, unless it was done by hand', () => {
  const edit = { kind: 'edit', slot: 0, token: 2, logProb: 0, reason: '' } as const;
  const state = { ...resumeAtStart([{ id: 0, span: 0, state: 'revealed', token: 1 }]), idle: 2 };
  const idleAfter = (change: Partial<TraceStep>) =>
    resumeAfter(state, stepOf(3, [edit], change), MASK).idle;
  expect(idleAfter({})).toBe(2);
  expect(idleAfter({ transitions: [] })).toBe(3);
  expect(idleAfter({ confidence: [0.5] })).toBe(0);
  const pin = { kind: 'pin', slot: 0, token: 2, reason: '' } as const;
  expect(idleAfter({ transitions: [edit, pin] })).toBe(0);
});

test('a token pinned where spans were given more slots, or since, has not the log-probability of the one before it', () => {
  const reason = '';
  const steps: TraceStep[] = [
    stepOf(
      0,
      range(4).map((slot) => ({ kind: 'reveal', slot, token: 1, logProb: -1 - slot, reason })),
    ),
    {
      ...stepOf(1, [
        { kind: 'insert', slot: 4, after: 3, span: 0, reason },
        { kind: 'pin', slot: 0, token: 4, reason },
      ]),
      grows: true,
    },
    stepOf(2, [
      { kind: 'unpin', slot: 0, reason },
      { kind: 'pin', slot: 2, token: 1, reason },
      { kind: 'pin', slot: 3, token: 4, reason },
      { kind: 'unpin', slot: 3, reason },
    ]),
  ];
  const start = resumeAtStart(maskedSlots([4], MASK));
  const end = steps.reduce((state, taken) => resumeAfter(state, taken, MASK), start);
  expect(allLogProbs(end)).toEqual([null, -2, null, null, null]);
});

test('what was said of a span’s end is known where the token is that was revealed then, and no other', () => {
  const reason = '';
  const ending = { logProb: -2, followLogProb: null };
  const reveals = range(4).map(
    (slot) => ({ kind: 'reveal', slot, token: 1, logProb: -1, ending, reason }) as const,
  );
  const changes: TraceStep['transitions'] = [
    { kind: 'edit', slot: 0, token: 2, logProb: -1, reason },
    { kind: 'pin', slot: 1, token: 2, reason },
    { kind: 'remask', slot: 2, reason },
  ];
  const start = resumeAtStart(maskedSlots([4], MASK));
  const then = resumeAfter(start, stepOf(0, reveals), MASK);
  expect(then.endings).toEqual(new Array(4).fill(ending));
  expect(resumeAfter(then, stepOf(1, changes), MASK).endings).toEqual([null, null, null, ending]);
});

describe('a run resumed', { timeout: 240_000 }, () => {
  test('from any step of its trace goes on exactly as it did', async () => {
    await fc.assert(
      fc.asyncProperty(requests, fc.nat(40), async (request, number) => {
        const { generation, steps } = await run(moodyDenoiser(request.revealed), request);
        const step = number % (steps.length + 1);
        const resume = resumeFrom(traceOf(request, steps), step);
        const again = await run(moodyDenoiser(request.revealed), { ...request, resume });
        expect(timeless(again.steps)).toEqual(timeless(steps.slice(step)));
        expect(again.generation).toEqual(generation);
      }),
      options,
    );
  });

  test('with changed slots keeps what was pinned and leaves no mask', async () => {
    await fc.assert(
      fc.asyncProperty(
        requests,
        fc.nat(40),
        fc.array(fc.constantFrom('masked', 'pinned', 'as it is'), { maxLength: 36, size: 'max' }),
        async (request, number, changes) => {
          const { steps } = await run(moodyDenoiser(request.revealed), request);
          const then = resumeFrom(traceOf(request, steps), number % (steps.length + 1));
          const slots = then.slots.map((slot, i): TraceSlot => {
            const change = changes[i] ?? 'as it is';
            if (change === 'as it is') return slot;
            return { ...slot, state: change, token: change === 'masked' ? MASK : 4 };
          });
          const { generation } = await run(moodyDenoiser(request.revealed), {
            ...request,
            resume: { ...then, slots },
          });
          expect(generation.kind).toBe('finished');
          for (const [i, { state, token }] of generation.slots.entries()) {
            expect(state).not.toBe('masked');
            expect(token).not.toBe(MASK);
            if (slots[i]!.state === 'pinned') expect(generation.slots[i]).toEqual(slots[i]);
          }
        },
      ),
      options,
    );
  });

  test('with another seed goes on differently', async () => {
    const request: Request = { slots: maskedSlots([20], MASK), sampler: sampler(), seed: 1 };
    const { steps, tokens } = await run(uniformDenoiser(), request);
    const resume = resumeFrom(traceOf(request, steps), 4);
    const other = await run(uniformDenoiser(), { ...request, seed: 2, resume });
    const known = resume.slots.map(({ state }) => state === 'revealed');
    expect(other.tokens.filter((_, i) => known[i])).toEqual(tokens.filter((_, i) => known[i]));
    expect(other.tokens).not.toEqual(tokens);
  });

  test('past its last step reveals what was masked since, one slot a step', async () => {
    const request: Request = {
      slots: maskedSlots([6], MASK),
      sampler: sampler({ steps: 2, remask: { remasker: 'p2' } }),
    };
    const { steps } = await run(uniformDenoiser(), request);
    const then = resumeFrom(traceOf(request, steps), 2);
    const slots = then.slots.map(
      (slot): TraceSlot => (slot.id < 3 ? { ...slot, state: 'masked', token: MASK } : slot),
    );
    const { steps: more } = await run(uniformDenoiser(), {
      ...request,
      resume: { ...then, slots },
    });
    expect(more.map(({ index, masked, t, s }) => [index, masked, t, s])).toEqual([
      [2, 2, 3 / 6, 2 / 6],
      [3, 1, 2 / 6, 1 / 6],
      [4, 0, 1 / 6, 0],
    ]);
  });

  test('past its last step reveals as many as an adaptive rule supports', async () => {
    const request: Request = {
      slots: maskedSlots([6], MASK),
      sampler: sampler({ steps: 1, parallel: { rule: 'threshold', threshold: 0.2 } }),
    };
    const { steps } = await run(uniformDenoiser(), request);
    const then = resumeFrom(traceOf(request, steps), 1);
    const { steps: more } = await run(uniformDenoiser(), {
      ...request,
      resume: { ...then, slots: request.slots },
    });
    expect(more.map(({ index, masked }) => [index, masked])).toEqual([[1, 0]]);
  });
});

test.each([-1, 3, 0.5])('a trace of 2 steps has no step %s to resume from', async (step) => {
  const request: Request = { slots: maskedSlots([4], MASK), sampler: sampler({ steps: 2 }) };
  const { steps } = await run(uniformDenoiser(), request);
  expect(() => resumeFrom(traceOf(request, steps), step)).toThrow(
    'resume from a whole number from 0',
  );
});

test('only tokens that this run revealed carry a log-probability', async () => {
  const slots: TraceSlot[] = [
    { id: 7, span: 0, state: 'revealed', token: 1 },
    { id: 8, span: 0, state: 'masked', token: MASK },
    { id: 9, span: 0, state: 'pinned', token: 2 },
  ];
  const request: Request = { slots, sampler: sampler({ steps: 1 }) };
  const { steps } = await run(uniformDenoiser(), request);
  const { logProbs } = resumeFrom(traceOf(request, steps), 1);
  expect(logProbs.map((logProb) => logProb === null)).toEqual(range(3).map((i) => i !== 1));
});
