import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generate } from '../../../src/diffusion/generate';
import { blocksOf } from '../../../src/diffusion/reveal/blocks';
import type { SamplerSettings } from '../../../src/diffusion/settings/sampler';
import { samplerSchema } from '../../../src/diffusion/settings/sampler';
import { readTrace } from '../../../src/diffusion/trace/readTrace';
import { appendSteps, beginTrace, replay } from '../../../src/diffusion/trace/replay';
import type { TraceStep } from '../../../src/diffusion/trace/trace';
import { header, options, requests, samplers } from './arbitraries';
import { MASK, moodyDenoiser } from './predictions';
import { range, run } from './run';

// Generous, for machines that do other things at the same time.
describe('any sampler on any canvas', { timeout: 240_000 }, () => {
  test('is valid by the schema', () => {
    fc.assert(
      fc.property(samplers, (sampler) => {
        expect(samplerSchema.parse(sampler)).toEqual(sampler);
      }),
      options,
    );
  });

  test('ends with no mask left, in at most T steps, or one per block if that is more', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { generation, steps } = await run(moodyDenoiser(request.revealed), request);
        expect(generation.kind).toBe('finished');
        for (const { state, token } of generation.slots) {
          expect(state).not.toBe('masked');
          expect(token).not.toBe(MASK);
        }
        const blocks = blocksOf(request.slots, request.sampler).length;
        expect(steps.length).toBeLessThanOrEqual(Math.max(request.sampler.steps, blocks));
      }),
      options,
    );
  });

  test('never touches a pinned slot, nor, without a remasker, a revealed one', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { generation, steps } = await run(moodyDenoiser(request.revealed), request);
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

  test('takes back no more than its budget, and nothing in its last step', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { steps } = await run(moodyDenoiser(request.revealed), request);
        const { remask, parallel } = request.sampler;
        // What comes to stand behind the end of its span in the same step is a pad, and was not taken back.
        const taken = steps.map(({ transitions }) => {
          const put = new Set(transitions.flatMap((t) => (t.kind === 'reveal' ? [t.slot] : [])));
          return transitions.filter(({ kind, slot }) => kind === 'remask' && !put.has(slot)).length;
        });
        expect(taken.at(-1) ?? 0).toBe(0);
        if (remask.remasker === 'quality')
          for (const count of taken) expect(count).toBeLessThanOrEqual(remask.most);
        const revokes = ['quality', 'wino'].includes(remask.remasker);
        if (revokes && parallel.rule !== 'fixed' && parallel.rule !== 'ancestral')
          for (const [i, { transitions }] of steps.entries())
            expect(taken[i]).toBeLessThan(Math.max(1, transitions.length - taken[i]!));
      }),
      options,
    );
  });

  test('is reproduced by its seed', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const [one, two] = [
          await run(moodyDenoiser(request.revealed), request),
          await run(moodyDenoiser(request.revealed), request),
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
        const { generation, steps } = await run(moodyDenoiser(request.revealed), request);
        const { slots, sampler, seed } = request;
        const trace = appendSteps(beginTrace(header(slots, sampler, seed), {}), steps, {});
        const written = JSON.stringify(trace);
        const read = readTrace(written);
        // JSON knows no −0.
        expect(read).toEqual(JSON.parse(written));
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
        const moody = moodyDenoiser(request.revealed);
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
        const calling = steps.filter(({ canvases }) => canvases! > 0);
        const changed = (index: number) => index === 0 || steps[index - 1]!.transitions.length > 0;
        for (const { index, canvases } of steps)
          if (changed(index)) expect(canvases).toBeGreaterThan(0);
          else if (!['wino', 'edit'].includes(request.sampler.remask.remasker))
            expect(canvases).toBe(0);
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
        const generation = await generate(moodyDenoiser(request.revealed), request, {
          signal: stop.signal,
          onStep,
        });
        const { slots, sampler, seed } = request;
        const trace = appendSteps(beginTrace(header(slots, sampler, seed), {}), steps, {});
        expect(generation.slots).toEqual(replay(trace));
        const logProbs = new Map<number, number>();
        for (const transition of steps.flatMap(({ transitions }) => transitions))
          if ('logProb' in transition) logProbs.set(transition.slot, transition.logProb);
          else logProbs.delete(transition.slot);
        const sum = [...logProbs.values()].reduce((total, logProb) => total + logProb, 0);
        expect(generation.logProb).toBeCloseTo(sum, 6);
      }),
      options,
    );
  });

  test('numbers its steps from 0 and lets time fall', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { steps } = await run(moodyDenoiser(request.revealed), request);
        expect(steps.map(({ index }) => index)).toEqual(range(steps.length));
        for (const { t, s } of steps) {
          expect(t).toBeLessThanOrEqual(1);
          expect(s).toBeGreaterThanOrEqual(0);
          // Only editing goes on when no slot is masked any more.
          if (request.sampler.remask.remasker === 'edit') expect(t).toBeGreaterThanOrEqual(s);
          else expect(t).toBeGreaterThan(s);
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
        const { steps } = await run(moodyDenoiser(request.revealed), { ...request, sampler: once });
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
