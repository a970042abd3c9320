import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generate } from '../../../src/diffusion/generate';
import { appendSteps, beginTrace, replay } from '../../../src/diffusion/replay';
import type { SamplerSettings } from '../../../src/diffusion/settings';
import { samplerSchema } from '../../../src/diffusion/settings';
import type { SlotState, TraceHeader, TraceSlot, TraceStep } from '../../../src/diffusion/trace';
import { MASK, moodyDenoiser, PAD } from './predictions';
import { range, run } from './run';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const parallel = fc.oneof(
  fc.constantFrom({ rule: 'ancestral' } as const, { rule: 'fixed' } as const),
  unit.map((threshold) => ({ rule: 'threshold', threshold }) as const),
  fc
    .double({ min: 0.01, max: 10, noNaN: true })
    .map((factor) => ({ rule: 'factor', factor }) as const),
  fc
    .double({ min: 0, max: 10, noNaN: true })
    .map((gamma) => ({ rule: 'entropy-bound', gamma }) as const),
  unit.map((delta) => ({ rule: 'frechet-bound', delta }) as const),
);
const remask = fc.oneof(
  fc.constantFrom(
    { remasker: 'none' } as const,
    { remasker: 'p2' } as const,
    { remasker: 'remdm-conf' } as const,
  ),
  unit.map((eta) => ({ remasker: 'remdm-cap', eta }) as const),
  unit.map((eta) => ({ remasker: 'remdm-rescale', eta }) as const),
  fc
    .tuple(unit, unit, unit, unit)
    .map(
      ([eta, a, b, alpha]) =>
        ({ remasker: 'remdm-loop', eta, alpha, on: Math.max(a, b), off: Math.min(a, b) }) as const,
    ),
);
const samplers: fc.Arbitrary<SamplerSettings> = fc.record({
  steps: fc.integer({ min: 1, max: 40 }),
  schedule: fc.constantFrom('linear', 'cosine'),
  order: fc.constantFrom('random', 'confidence', 'margin', 'entropy', 'left-to-right'),
  orderTemperature: fc.constantFrom(0, 0.1, 5),
  parallel,
  remask,
  temperature: fc.constantFrom(0, 0.2, 1, 2),
  topP: fc.constantFrom(0.3, 0.9, 1),
});
const canvases: fc.Arbitrary<TraceSlot[]> = fc
  .array(
    fc.array(fc.constantFrom<SlotState>('masked', 'masked', 'masked', 'revealed', 'pinned'), {
      maxLength: 12,
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((spans) =>
    spans
      .flatMap((states, span) => states.map((state) => ({ span, state })))
      .map(({ span, state }, id) => ({
        id,
        span,
        state,
        token: state === 'masked' ? MASK : id % 5,
      })),
  );
const requests = fc.record({
  slots: canvases,
  sampler: samplers,
  seed: fc.integer({ min: 0, max: 0xffffffff }),
  startTime: fc.constantFrom(1, 0.5, 0.05),
});
/** fast-check's own seed is fixed as well: a property that holds, holds on every run. */
const options = { numRuns: 200, seed: 20_260_101 };

const header = (
  slots: readonly TraceSlot[],
  sampler: SamplerSettings,
  seed: number,
): TraceHeader => ({
  version: 1,
  model: { name: 'moody', version: '1' },
  executionProvider: 'cpu',
  language: null,
  mode: { kind: 'infill' },
  sampler,
  seed,
  contextTokens: 0,
  excerpt: { before: '', between: [], after: '' },
  maskToken: MASK,
  padToken: PAD,
  slots,
});

// Generous, for machines that do other things at the same time.
describe('any sampler on any canvas', { timeout: 60_000 }, () => {
  test('is valid by the schema', () => {
    fc.assert(
      fc.property(samplers, (sampler) => {
        expect(samplerSchema.parse(sampler)).toEqual(sampler);
      }),
      options,
    );
  });

  test('ends with no mask left, in at most T steps', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { generation, steps } = await run(moodyDenoiser(), request);
        expect(generation.kind).toBe('finished');
        for (const { state, token } of generation.slots) {
          expect(state).not.toBe('masked');
          expect(token).not.toBe(MASK);
        }
        expect(steps.length).toBeLessThanOrEqual(request.sampler.steps);
      }),
      options,
    );
  });

  test('never touches a pinned slot, nor, without a remasker, a revealed one', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { generation, steps } = await run(moodyDenoiser(), request);
        const named = new Set(
          steps.flatMap(({ transitions }) => transitions.map(({ slot }) => slot)),
        );
        for (const [i, slot] of request.slots.entries()) {
          if (slot.state === 'masked') continue;
          if (slot.state === 'revealed' && request.sampler.remask.remasker !== 'none') continue;
          expect(generation.slots[i]).toEqual(slot);
          expect(named.has(slot.id)).toBe(false);
        }
      }),
      options,
    );
  });

  test('is reproduced by its seed', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const [one, two] = [
          await run(moodyDenoiser(), request),
          await run(moodyDenoiser(), request),
        ];
        expect(two.generation).toEqual(one.generation);
        const timeless = (steps: typeof one.steps) => steps.map((step) => ({ ...step, ms: 0 }));
        expect(timeless(two.steps)).toEqual(timeless(one.steps));
      }),
      { ...options, numRuns: 100 },
    );
  });

  test('is reproduced by its trace, also after JSON, at every step', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { generation, steps } = await run(moodyDenoiser(), request);
        const { slots, sampler, seed } = request;
        const trace = appendSteps(beginTrace(header(slots, sampler, seed), {}), steps, {});
        const read = JSON.parse(JSON.stringify(trace));
        expect(replay(read)).toEqual(generation.slots);
        expect(replay(read, 0)).toEqual(slots);
        for (const { index, masked } of steps) {
          const then = replay(read, index + 1);
          expect(then.filter(({ state }) => state === 'masked')).toHaveLength(masked);
        }
      }),
      options,
    );
  });

  test('shows the model exactly the canvas that the trace tells of', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const moody = moodyDenoiser();
        const views: number[][] = [];
        const { steps } = await run(
          {
            ...moody,
            denoise: async (canvases) => {
              views.push([...canvases[0]!.tokens]);
              return moody.denoise(canvases);
            },
          },
          request,
        );
        const { slots, sampler, seed } = request;
        const trace = appendSteps(beginTrace(header(slots, sampler, seed), {}), steps, {});
        const calling = steps.filter(
          ({ index }) => index === 0 || steps[index - 1]!.transitions.length > 0,
        );
        expect(views).toEqual(
          calling.map(({ index }) => replay(trace, index).map(({ token }) => token)),
        );
      }),
      options,
    );
  });

  test('when stopped, has what its trace has, and the mean log-probability of that', async () => {
    await fc.assert(
      fc.asyncProperty(requests, fc.nat(12), async (request, last) => {
        const stop = new AbortController();
        const steps: TraceStep[] = [];
        const onStep = (step: TraceStep) => {
          steps.push(step);
          if (step.index === last) stop.abort();
        };
        const generation = await generate(moodyDenoiser(), request, {
          signal: stop.signal,
          onStep,
        });
        const { slots, sampler, seed } = request;
        const trace = appendSteps(beginTrace(header(slots, sampler, seed), {}), steps, {});
        expect(generation.slots).toEqual(replay(trace));
        const logProbs = new Map<number, number>();
        for (const transition of steps.flatMap(({ transitions }) => transitions))
          if (transition.kind === 'reveal') logProbs.set(transition.slot, transition.logProb);
          else logProbs.delete(transition.slot);
        const sum = [...logProbs.values()].reduce((total, logProb) => total + logProb, 0);
        expect(generation.meanLogProb).toBeCloseTo(logProbs.size && sum / logProbs.size, 6);
      }),
      options,
    );
  });

  test('numbers its steps from 0 and lets time fall', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { steps } = await run(moodyDenoiser(), request);
        expect(steps.map(({ index }) => index)).toEqual(range(steps.length));
        for (const { t, s } of steps) {
          expect(t).toBeLessThanOrEqual(1);
          expect(s).toBeGreaterThanOrEqual(0);
          expect(t).toBeGreaterThan(s);
        }
        for (const step of steps)
          for (const list of [step.confidence, step.entropy, step.alternatives])
            expect(list).toHaveLength(request.slots.length);
      }),
      options,
    );
  });

  test('reveals each masked slot exactly once without a remasker, at least one per step unless ancestral', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ sampler, ...request }) => {
        const once: SamplerSettings = { ...sampler, remask: { remasker: 'none' } };
        const { steps } = await run(moodyDenoiser(), { ...request, sampler: once });
        const named = steps.flatMap(({ transitions }) => transitions.map(({ slot }) => slot));
        const masked = request.slots.filter(({ state }) => state === 'masked').map(({ id }) => id);
        expect(named.sort((a, b) => a - b)).toEqual(masked);
        if (sampler.parallel.rule !== 'ancestral')
          for (const { transitions } of steps) expect(transitions.length).toBeGreaterThan(0);
      }),
      options,
    );
  });
});
