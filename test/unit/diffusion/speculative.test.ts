import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskedSlots } from '../../../src/diffusion/noise';
import { resumeFrom } from '../../../src/diffusion/resume';
import type { SamplerSettings } from '../../../src/diffusion/settings/sampler';
import { header, options } from './arbitraries';
import { expectDistribution, expectOtherDistribution, seeds, tally } from './chiSquare';
import {
  constantDenoiser,
  MASK,
  moodyDenoiser,
  PAD,
  predictionOf,
  readingCausally,
  rowsDenoiser,
} from './predictions';
import { range, run } from './run';
import { oneByOne, speculative } from './samplers';
import { dependentTriple, type TabularDenoiser } from './tabular';

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
  /** Sure of 3 at first, and of one more behind each token. */
  const counting = readingCausally({
    ...constantDenoiser([1]),
    denoise: async (canvases) =>
      canvases.map(({ tokens }) => ({
        ...predictionOf([...tokens].map(() => [1])),
        tokens: tokens.map((_, i) => (i === 0 ? 3 : tokens[i - 1]! + 1)),
      })),
  });

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
    const { steps, tokens } = await run(counting, {
      slots: maskedSlots([3], MASK),
      sampler: speculative(2, { steps: 1 }),
      context: [before, []],
    });
    expect(steps[0]!.canvases).toBe(2);
    expect(tokens).toEqual([3, 4, 5]);
    expect(steps[0]!.transitions.map((each) => 'token' in each && each.token)).toEqual(tokens);
  });

  test('and of those that hold as long the one that was drafted first', async () => {
    const { steps, tokens } = await run(counting, {
      slots: maskedSlots([3], MASK),
      sampler: speculative(2, { steps: 1 }),
      context: [[1, 2, 3, 8, 0, 1, 2, 3, 9, 0, 1, 2], []],
    });
    expect(steps[0]!.canvases).toBe(2);
    // Behind the 9 that was drafted nearer, and not behind the 8.
    expect(tokens).toEqual([3, 4, 10]);
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
