import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CanvasView, Denoiser } from '../../../../src/diffusion/denoiser';
import { maskedSlots } from '../../../../src/diffusion/noise';
import { resumeAfter, resumeAtStart } from '../../../../src/diffusion/resume';
import { passedEnd } from '../../../../src/diffusion/reveal/ending';
import type { PassedEnd } from '../../../../src/diffusion/step/earlyEnd';
import { beginTrace, replay } from '../../../../src/diffusion/trace/replay';
import { header, options } from '../arbitraries';
import { MASK, moodyDenoiser, PAD, predictionOf, readingCausally } from '../predictions';
import { run } from '../run';
import { sampler, speculative } from '../samplers';

const settings = speculative(2);

/** Asks nobody how plausible an end is. */
const byTheModel: PassedEnd = (slots, endings, span) => {
  const written = slots.flatMap(({ state }, i) =>
    slots[i]!.span === span && state !== 'masked' ? [i] : [],
  );
  const end = passedEnd(
    written.map((i) => endings[i] ?? null),
    () => 1,
  );
  return end === undefined ? undefined : written[end];
};

/** What stands behind every span. */
const NEXT = 7;

/** Never ends, although it half expects an end before the third slot of a span, and what stands behind in its place. */
function endingUnseen(spanLength: number): Denoiser & { readonly asked: CanvasView[] } {
  const asked: CanvasView[] = [];
  const { denoise, ...denoiser } = readingCausally({
    ...moodyDenoiser('silent'),
    denoise: async (canvases) =>
      canvases.map(({ tokens }) => {
        const rows = [...tokens].map((_, i) =>
          i % spanLength === 2 ? [0.4, 0.35, 0.25] : [0.98, 0.01, 0.01],
        );
        const prediction = predictionOf(rows);
        const named = [5, PAD, NEXT];
        return { ...prediction, tokens: prediction.tokens.map((token) => named[token]!) };
      }),
  });
  return {
    ...denoiser,
    asked,
    denoise: (canvases) => {
      asked.push(...canvases);
      return denoise(canvases);
    },
  };
}

test('a span whose end has passed is not written on', async () => {
  const denoiser = endingUnseen(9);
  const request = { slots: maskedSlots([9], MASK), sampler: settings, context: [[], [NEXT]] };
  const toTheLast = await run(denoiser, request);
  expect(toTheLast.tokens).toEqual(Array(9).fill(5));
  const calls = denoiser.asked.length;
  const { tokens, steps, generation } = await run(denoiser, { ...request, passedEnd: byTheModel });
  expect(tokens).toEqual([5, 5, PAD, PAD, PAD, PAD, PAD, PAD, PAD]);
  expect(denoiser.asked.length - calls).toBeLessThan(calls);
  // A step of its own that asked nobody, and left no mask.
  expect(steps.at(-1)).toMatchObject({ canvases: 0, confidence: [], masked: 0, s: 0 });
  const kinds = new Map(steps.at(-1)!.transitions.map(({ kind, slot }) => [slot, kind]));
  expect([kinds.get(2), kinds.get(8), kinds.has(1)]).toEqual(['edit', 'reveal', false]);
  expect(generation.kind).toBe('finished');
});

test('the span behind it is read with the text as it ended', async () => {
  const denoiser = endingUnseen(6);
  const { tokens } = await run(denoiser, {
    slots: maskedSlots([6, 6], MASK),
    sampler: settings,
    context: [[], [NEXT], [NEXT]],
    passedEnd: byTheModel,
  });
  expect(tokens).toEqual([5, 5, PAD, PAD, PAD, PAD, 5, 5, PAD, PAD, PAD, PAD]);
  const behind = denoiser.asked.filter(({ causal }) => causal!.from >= 6);
  expect(behind.length).toBeGreaterThan(0);
  for (const canvas of behind)
    expect([...canvas.tokens.subarray(0, 6)]).toEqual([5, 5, PAD, PAD, PAD, PAD]);
});

test('in blocks, the step that ends a span is about the time of its block, whatever else it ends', async () => {
  const { steps } = await run(endingUnseen(9), {
    slots: maskedSlots([9], MASK),
    sampler: { ...settings, schedule: 'cosine', blockLength: 4 },
    context: [[], [NEXT]],
    passedEnd: byTheModel,
  });
  expect(steps.at(-1)).toMatchObject({ canvases: 0, masked: 0 });
  for (const [i, { t, s }] of steps.entries()) {
    expect(s).toBeLessThan(t);
    expect(t).toBeLessThanOrEqual(steps[i - 1]?.s ?? 1);
  }
});

test('read in any order, slots are all written', async () => {
  const denoiser = endingUnseen(9);
  const confident = sampler({ steps: 128, temperature: 0, order: 'confidence' });
  const request = { slots: maskedSlots([9], MASK), sampler: confident, context: [[], [NEXT]] };
  const { tokens } = await run(denoiser, { ...request, passedEnd: byTheModel });
  expect(tokens).toEqual(Array(9).fill(5));
});

test('a run taken up after any of its steps goes on as it did, and its trace replays', async () => {
  let ended = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
      fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 30, size: 'max' }),
      fc.nat(),
      async (lengths, text, at) => {
        const denoiser = readingCausally(moodyDenoiser('silent'));
        const slots = maskedSlots(lengths, MASK);
        const context = [text, ...lengths.map(() => text.toReversed())];
        const request = { slots, sampler: settings, context, passedEnd: byTheModel };
        const { steps, generation } = await run(denoiser, request);
        const trace = { ...beginTrace(header(slots, settings, 0), {}), steps };
        expect(replay(trace)).toEqual(generation.slots);
        if (steps.some(({ canvases }) => canvases === 0)) ended++;
        const until = at % (steps.length + 1);
        const resume = steps
          .slice(0, until)
          .reduce((state, step) => resumeAfter(state, step, MASK), resumeAtStart(slots));
        const again = await run(denoiser, { ...request, resume });
        const without = ({ ms: _, ...step }: (typeof steps)[number]) => step;
        expect(again.steps.map(without)).toEqual(steps.slice(until).map(without));
        expect(again.generation).toEqual(generation);
      },
    ),
    options,
  );
  expect(ended).toBeGreaterThan(0);
});
