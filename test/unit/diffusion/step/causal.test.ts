import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canvasOf } from '../../../../src/diffusion/canvas';
import type { Denoiser } from '../../../../src/diffusion/denoiser';
import { maskedSlots } from '../../../../src/diffusion/noise';
import { planRun } from '../../../../src/diffusion/plan';
import { resumeFrom } from '../../../../src/diffusion/resume';
import type { SamplerSettings } from '../../../../src/diffusion/settings/sampler';
import { type ContextPieces, causalReadings } from '../../../../src/diffusion/step/causal';
import type { TraceSlot } from '../../../../src/diffusion/trace/trace';
import { header, options } from '../arbitraries';
import { expectDistribution, expectOtherDistribution, seeds, tally } from '../chiSquare';
import {
  constantDenoiser,
  MASK,
  moodyDenoiser,
  PAD,
  predictionOf,
  readingCausally,
  rowsDenoiser,
} from '../predictions';
import { range, run } from '../run';
import { sampler } from '../samplers';
import { dependentTriple, type TabularDenoiser } from '../tabular';

const speculative = (drafts: number, changes: Partial<SamplerSettings> = {}) =>
  sampler({
    steps: 128,
    temperature: 0,
    order: 'left-to-right',
    parallel: { rule: 'speculative', drafts },
    ...changes,
  });
const oneByOne = { rule: 'threshold', threshold: 1 } as const;

/** Every run of two symbols occurs in it. */
const everything = [0, 0, 1, 0, 2, 1, 1, 2, 2, 0, 1, 2, 0, 0];

/** Three slots drawn from the truth, 5,000 times, with every draft at hand. */
async function drawn(truth: TabularDenoiser, settings: SamplerSettings) {
  const denoiser = readingCausally(truth);
  const runs: Awaited<ReturnType<typeof run>>[] = [];
  for (const seed of seeds(5000)) {
    const slots = maskedSlots([3], denoiser.maskToken);
    runs.push(await run(denoiser, { slots, sampler: settings, seed, context: [everything, []] }));
  }
  return runs;
}

describe('whatever the drafts', { timeout: 240_000 }, () => {
  test.each([0, 1, 2])('%i drafts at most reproduce the joint exactly', async (drafts) => {
    const truth = dependentTriple();
    const runs = await drawn(truth, speculative(drafts, { temperature: 1 }));
    const states = runs.map(({ tokens }) => truth.stateOf(tokens));
    const steps = runs.reduce((sum, taken) => sum + taken.steps.length, 0);
    const counts = tally(states, truth.joint.length);
    expectDistribution(counts, truth.joint);
    expectOtherDistribution(counts, truth.productOfMarginals());
    // Drafts that hold save steps, or they would not have been tried here.
    expect(steps / 5000 < 3).toBe(drafts > 0);
  });

  test('the fill is that of one slot a step, in no more steps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
        fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 60, size: 'max' }),
        fc.integer({ min: 0, max: 8 }),
        async (lengths, text, drafts) => {
          const denoiser = readingCausally(moodyDenoiser('silent'));
          const slots = maskedSlots(lengths, MASK);
          const context = [text, ...lengths.map(() => text.toReversed())];
          const plain = await run(denoiser, {
            slots,
            sampler: speculative(0, { parallel: oneByOne }),
          });
          const drafted = await run(denoiser, { slots, sampler: speculative(drafts), context });
          expect(drafted.tokens).toEqual(plain.tokens);
          expect(drafted.steps.length).toBeLessThanOrEqual(plain.steps.length);
        },
      ),
      options,
    );
  });
});

describe('where T is small, drafts are read side by side', () => {
  const text = [1, 2, 3, 3, 3, 9, 1, 2, 4, 4, 4, 9, 1, 2];
  const certainOf3 = readingCausally(constantDenoiser([0, 0, 0, 1]));

  test('and the one that holds longest is taken', async () => {
    const { steps, tokens } = await run(certainOf3, {
      slots: maskedSlots([3], MASK),
      sampler: speculative(2, { steps: 1 }),
      context: [text, []],
    });
    expect(tokens).toEqual([3, 3, 3]);
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ canvases: 2 });
    expect(steps[0]!.transitions.map(({ reason }) => reason)).toEqual([
      'draft confirmed',
      'draft confirmed',
      'next',
    ]);
  });

  test.each([
    ['first', [1, 2, 3, 9, 0, 1, 2, 3, 4, 0, 1, 2]],
    ['second', [1, 2, 3, 4, 0, 1, 2, 3, 9, 0, 1, 2]],
  ])('and leaves no trace of the others, where it is the %s', async (_, before) => {
    // Sure of 3 at first, and of one more behind each token.
    const counting: Denoiser = {
      ...constantDenoiser([1]),
      denoise: async (canvases) =>
        canvases.map(({ tokens }) => ({
          ...predictionOf([...tokens].map(() => [1])),
          tokens: tokens.map((_, i) => (i === 0 ? 3 : tokens[i - 1]! + 1)),
        })),
    };
    const { steps, tokens } = await run(readingCausally(counting), {
      slots: maskedSlots([3], MASK),
      sampler: speculative(2, { steps: 1 }),
      context: [before, []],
    });
    expect(steps[0]!.canvases).toBe(2);
    expect(tokens).toEqual([3, 4, 5]);
    expect(steps[0]!.transitions.map((each) => 'token' in each && each.token)).toEqual(tokens);
  });

  test('but not where one token is due', async () => {
    const { steps } = await run(certainOf3, {
      slots: maskedSlots([3], MASK),
      sampler: speculative(2),
      context: [text, []],
    });
    expect(steps.map(({ canvases }) => canvases)).toEqual(steps.map(() => 1));
  });

  test('and what comes before the last step’s second token is distributed as ever', {
    timeout: 240_000,
  }, async () => {
    const truth = dependentTriple();
    const runs = await drawn(truth, speculative(2, { temperature: 1, steps: 2 }));
    const pairs = runs.map(({ tokens }) => tokens[0]! + 3 * tokens[1]!);
    const sideBySide = runs.filter(({ steps }) =>
      steps.some(({ canvases = 0 }) => canvases > 1),
    ).length;
    const ofPairs = (joint: readonly number[]) =>
      range(9).map((pair) =>
        joint.reduce((sum, p, state) => (state % 9 === pair ? sum + p : sum), 0),
      );
    const counts = tally(pairs, 9);
    expectDistribution(counts, ofPairs(truth.joint));
    expectOtherDistribution(counts, ofPairs(truth.productOfMarginals()));
    expect(sideBySide).toBe(5000);
  });
});

test('a run taken up again goes on as it did', async () => {
  const denoiser = readingCausally(moodyDenoiser('silent'));
  const request = {
    slots: maskedSlots([8, 5], MASK),
    sampler: speculative(4, { temperature: 1 }),
    context: [[...everything], [...everything], []],
    seed: 11,
  };
  const whole = await run(denoiser, request);
  const trace = {
    header: header(request.slots, request.sampler, 11),
    steps: whole.steps,
    tokenTexts: {},
    outcome: null,
    timings: null,
  };
  expect(whole.steps.length).toBeGreaterThan(2);
  for (const step of range(whole.steps.length)) {
    const rest = await run(denoiser, { ...request, resume: resumeFrom(trace, step) });
    expect(rest.tokens).toEqual(whole.tokens);
  }
});

test('the trace says what held and what did not, and nothing of slots not asked about', async () => {
  const certainOf3 = readingCausally(constantDenoiser([0, 0, 0, 1]));
  const { steps } = await run(certainOf3, {
    slots: maskedSlots([5], MASK),
    sampler: speculative(2),
    context: [[1, 2, 3, 4, 1, 2], []],
  });
  const [first, second] = steps;
  // Drafted: 3, 4; then, as the 3 before has been followed by one, another.
  expect(first!.transitions).toMatchObject([
    { slot: 0, token: 3, reason: 'draft confirmed' },
    { slot: 1, token: 3, reason: 'instead of the draft' },
  ]);
  expect(first!.confidence).toEqual([1, 1, 1, null, null]);
  expect(first!.entropy).toEqual([0, 0, 0, null, null]);
  expect(first!.alternatives.map(({ length }) => length)).toEqual([1, 1, 1, 0, 0]);
  expect(second!.transitions).toMatchObject([
    { slot: 2, token: 3, reason: 'draft confirmed' },
    { slot: 3, token: 3, reason: 'next' },
  ]);
  expect(second!.confidence).toEqual([1, 1, 1, 1, null]);
  expect(second!.entropy).toEqual([null, null, 0, 0, null]);
});

test('a drafted pad that is confirmed ends the span', async () => {
  const pads = readingCausally(constantDenoiser([1], PAD));
  const { steps, tokens } = await run(pads, {
    slots: maskedSlots([6, 2], MASK),
    sampler: speculative(4),
    context: [[1, PAD, PAD, 1, PAD], [], []],
  });
  expect(tokens).toEqual(new Array(8).fill(PAD));
  expect(steps).toHaveLength(2);
});

test('the last step reveals all, whatever it thinks of the drafts', async () => {
  const { steps } = await run(readingCausally(constantDenoiser([0, 0, 0, 1])), {
    slots: maskedSlots([3], MASK),
    sampler: speculative(2, { steps: 1 }),
    context: [[1, 2, 3, 4, 1, 2], []],
  });
  expect(steps).toHaveLength(1);
  expect(steps[0]!.transitions).toMatchObject([
    { slot: 0, token: 3, reason: 'draft confirmed' },
    { slot: 1, token: 3, reason: 'instead of the draft' },
    { slot: 2, token: 3, reason: 'next' },
  ]);
});

test('the last step writes nothing behind an end', async () => {
  const pads = readingCausally(constantDenoiser([1], PAD));
  const { steps, tokens } = await run(pads, {
    slots: maskedSlots([4], MASK),
    sampler: speculative(4, { steps: 1 }),
    context: [[1, 2, 3, 4, 5, 1, 2], []],
  });
  expect(tokens).toEqual(new Array(4).fill(PAD));
  expect(steps[0]!.transitions.map(({ reason }) => reason)).toEqual([
    'instead of the draft',
    ...new Array(3).fill('after the end'),
  ]);
});

test('a model that cannot read so is asked slot by slot from the left, whatever the order', async () => {
  const surestOfTheLast = rowsDenoiser([
    [0.6, 0.4],
    [0.8, 0.2],
    [0.9, 0.1],
  ]);
  const { steps } = await run(surestOfTheLast, {
    slots: maskedSlots([3], MASK),
    sampler: speculative(2, { order: 'confidence' }),
    context: [[...everything], []],
  });
  expect(steps.map(({ transitions }) => transitions.map(({ slot }) => slot))).toEqual([
    [0],
    [1],
    [2],
  ]);
});

describe('a canvas is read causally', () => {
  const settings = speculative(4);
  const readingOf = (
    slots: readonly TraceSlot[],
    {
      sampler = settings,
      readsCausally = true,
      step = 0,
      context = [[0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2], [], []] as ContextPieces,
    } = {},
  ) => {
    const plan = planRun(sampler, { first: slots, present: slots }, 1);
    const denoiser = { readsCausally, padToken: PAD };
    return causalReadings(canvasOf(slots, MASK), plan[step]!, denoiser, context)[0];
  };
  const slots = (...tokens: (number | 'masked')[]): TraceSlot[] =>
    tokens.map((token, id) => ({
      id,
      span: 0,
      state: token === 'masked' ? 'masked' : 'revealed',
      token: token === 'masked' ? MASK : token,
    }));

  test('from its first mask on, with drafts for all but the last slot of the span', () => {
    expect(readingOf(maskedSlots([9, 9], MASK))).toEqual({ from: 0, drafts: [3, 4, 5, 6] });
    expect(readingOf(maskedSlots([3, 9], MASK))).toEqual({ from: 0, drafts: [3, 4] });
    expect(readingOf(slots(3, 4, 'masked', 'masked'))).toEqual({ from: 2, drafts: [5] });
  });

  test('with drafts that continue the text across an earlier span, without its pads', () => {
    const [filled, rest] = [slots(3, PAD, PAD), maskedSlots([0, 9], MASK)];
    const both = [...filled, ...rest.map((slot) => ({ ...slot, id: slot.id + 3 }))];
    // The text before ends with 0, 1, 2, the span with 3, and nothing stands between the spans.
    expect(readingOf(both)).toEqual({ from: 3, drafts: [4, 5, 6, 7] });
  });

  test('with drafts from all text behind the place, of which that right behind it is none', () => {
    const masks = maskedSlots([9, 9], MASK);
    const drafts = (...context: number[][]) => readingOf(masks, { context })?.drafts;
    expect(drafts([1, 2], [1, 2, 5, 6], [])).toEqual([5, 6]);
    expect(drafts([1, 2], [], [1, 2, 5, 6])).toEqual([5, 6]);
    expect(drafts([1, 2], [5, 6], [7])).toEqual([]);
    const second = [
      ...slots(3, 4),
      ...masks.slice(9).map((slot) => ({ ...slot, id: slot.id - 7 })),
    ];
    // Before it stand 1, 2, 3, 4 and 8.
    const behind = readingOf(second, { context: [[1, 2], [8], [9, 8, 5]] });
    expect(behind).toEqual({ from: 2, drafts: [5] });
    expect(readingOf(second, { context: [[1, 2], [8], [5]] })?.drafts).toEqual([]);
  });

  test('within its block', () => {
    const blocks = speculative(4, { blockLength: 3 });
    expect(readingOf(maskedSlots([9], MASK), { sampler: blocks })?.drafts).toEqual([3, 4]);
    // The second block's turn, although the first is not done.
    expect(readingOf(maskedSlots([9], MASK), { sampler: blocks, step: 3 })).toBeUndefined();
  });

  test('only if nothing stands behind the mask', () => {
    expect(readingOf(slots('masked', 5, 'masked'))).toBeUndefined();
    expect(readingOf(slots('masked', 'masked', 5))).toBeUndefined();
  });

  test('with as many drafts as have to be revealed in each step that is left', () => {
    const drafts = (most: number, steps: number, step = 0) =>
      readingOf(maskedSlots([9], MASK), { sampler: speculative(most, { steps }), step })?.drafts;
    expect(drafts(4, 9)).toEqual([3, 4, 5, 6]);
    expect(drafts(4, 2)).toEqual([3, 4, 5, 6]);
    expect(drafts(1, 2)).toEqual([3, 4, 5, 6]);
    expect(drafts(1, 3)).toEqual([3, 4]);
    expect(drafts(0, 2)).toEqual([]);
  });

  test('in the last step only where all that is left is drafted', () => {
    const last = { sampler: speculative(4, { steps: 3 }), step: 2 };
    expect(readingOf(maskedSlots([6], MASK), last)?.drafts).toEqual([3, 4, 5, 6, 7]);
    expect(readingOf(maskedSlots([6, 1], MASK), last)).toBeUndefined();
    expect(readingOf(slots(9, 'masked', 'masked'), { ...last, step: 1 })).toBeUndefined();
    expect(readingOf(maskedSlots([1], MASK))).toEqual({ from: 0, drafts: [] });
  });

  test('only by a model that can, a rule that wants it, and without a remasker', () => {
    const masks = maskedSlots([9], MASK);
    expect(readingOf(masks, { readsCausally: false })).toBeUndefined();
    expect(readingOf(masks, { sampler: speculative(4, { parallel: oneByOne }) })).toBeUndefined();
    const p2 = { remasker: 'p2' } as const;
    expect(readingOf(masks, { sampler: speculative(4, { remask: p2 }) })).toBeUndefined();
  });
});
