import { describe, expect, test } from 'vitest';
import type { Denoiser, Prediction } from '../../../src/diffusion/denoiser';
import { maskedSlots } from '../../../src/diffusion/noise';
import { stableFirst, supported } from '../../../src/diffusion/reveal/parallel';
import { drift } from '../../../src/diffusion/step/drift';
import type { TraceStep } from '../../../src/diffusion/trace/trace';
import { MASK, PAD, predictionOf } from './predictions';
import { run } from './run';
import { sampler } from './samplers';

const kl = (p: readonly number[], q: readonly number[]) =>
  p.reduce((sum, x, i) => (x > 0 ? sum + x * Math.log(x / q[i]!) : sum), 0);
const seen = (prediction: Prediction, ...tokens: number[]) => ({
  tokens: Int32Array.from(tokens),
  prediction,
});
/** The first `topK` entries of every row. */
function cut({ tokens, logProbs, entropy, topK: all }: Prediction, topK: number): Prediction {
  const keep = (_: number, j: number) => j % all < topK;
  return { topK, tokens: tokens.filter(keep), logProbs: logProbs.filter(keep), entropy };
}

describe('drift', () => {
  const now = [0.7, 0.2, 0.1];
  const then = [0.5, 0.2, 0.3];

  test('is KL(now ‖ before), whatever the order of the tokens', () => {
    const [moved] = drift(predictionOf([now]), seen(predictionOf([then]), MASK), MASK);
    expect(moved).toBeCloseTo(kl(now, then), 6);
    const [back] = drift(predictionOf([then]), seen(predictionOf([now]), MASK), MASK);
    expect(back).toBeCloseTo(kl(then, now), 6);
    const [same] = drift(predictionOf([now]), seen(predictionOf([now]), MASK), MASK);
    expect(same).toBeCloseTo(0, 6);
  });

  test('counts what is not in the top K as one', () => {
    const [moved] = drift(
      cut(predictionOf([now]), 1),
      seen(cut(predictionOf([then]), 1), MASK),
      MASK,
    );
    expect(moved).toBeCloseTo(kl([0.7, 0.3], [0.5, 0.5]), 6);
  });

  test('gives a token that was not in the top K the least probability there', () => {
    // Before, token 0 and 2 were the best two: 0.5 and 0.3.
    const [moved] = drift(
      cut(predictionOf([now]), 2),
      seen(cut(predictionOf([then]), 2), MASK),
      MASK,
    );
    expect(moved).toBeCloseTo(kl([0.7, 0.2, 0.1], [0.5, 0.3, 0.2]), 6);
  });

  test('takes no probability from another slot', () => {
    const [, moved] = drift(
      cut(predictionOf([now, now]), 1),
      seen(cut(predictionOf([then, [0.1, 0.2, 0.7]]), 1), MASK, MASK),
      MASK,
    );
    expect(moved).toBeCloseTo(kl([0.7, 0.3], [0.7, 0.3]), 6);
  });

  test('is finite for a token that was impossible, and very large', () => {
    const [moved] = drift(predictionOf([[1, 0]]), seen(predictionOf([[0, 1]]), MASK), MASK);
    expect(moved).toBeGreaterThan(20);
    expect(moved).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  test('is not looked at where no rule would take the slot', () => {
    const sure = predictionOf([now, [0.95, 0.05]]);
    const [first, second] = drift(sure, seen(sure, MASK, MASK), MASK, 0.9);
    expect(first).toBe(Number.POSITIVE_INFINITY);
    expect(second).toBeCloseTo(0, 6);
  });

  test('is infinite without a step before, and for a slot that held a token then', () => {
    const two = predictionOf([now, now]);
    expect([...drift(two, undefined, MASK)]).toEqual([Infinity, Infinity]);
    const [first, second] = drift(two, seen(two, 1, MASK), MASK);
    expect(first).toBe(Number.POSITIVE_INFINITY);
    expect(second).toBeCloseTo(0, 6);
    expect([...drift(two, seen(predictionOf([now]), MASK), MASK)]).toEqual([Infinity, Infinity]);
  });
});

describe('the rule', () => {
  const rule = { rule: 'klass', threshold: 0.9, drift: 0.01 } as const;
  const confidence = Float64Array.of(0.95, 0.95, 0.5, 0.9);
  const moved = Float64Array.of(0.01, 0.001, 0.001, 0.009);

  test('takes the sure and stable first, each in their order', () => {
    expect(stableFirst(rule, [0, 1, 3, 2], confidence, moved)).toEqual([1, 3, 0, 2]);
  });

  test('supports those alone, and says why', () => {
    const entropy = new Float32Array(4);
    const reasons = supported(rule, [1, 3, 0, 2], confidence, entropy, moved);
    expect(reasons).toHaveLength(2);
    expect(reasons[1]).toBe('confidence 0.9 ≥ 0.9, moved 0.009 < 0.01');
    expect(supported(rule, [2], confidence, entropy, moved)).toEqual([]);
    expect(supported(rule, [1], confidence, entropy)).toEqual([]);
  });
});

/** Sure of every one of four slots; `fickle` keeps changing its mind of what. */
function undecidedOf(fickle: number): Denoiser {
  let calls = 0;
  return {
    maskToken: MASK,
    padToken: PAD,
    revealed: 'silent',
    judgesQuality: false,
    readsCausally: false,
    async denoise(canvases) {
      const moving = ++calls % 2 === 0 ? [0.96, 0.04] : [0.04, 0.96];
      const rows = [0, 1, 2, 3].map((slot) => (slot === fickle ? moving : [0.95, 0.05]));
      return canvases.map(() => predictionOf(rows));
    },
  };
}

const klass = sampler({
  steps: 64,
  temperature: 0,
  order: 'left-to-right',
  parallel: { rule: 'klass', threshold: 0.9, drift: 0.01 },
});
const revealed = (steps: readonly TraceStep[]) =>
  steps.map(({ transitions }) => transitions.map(({ slot }) => slot));

test('a run reveals one slot until predictions hold still, then all that do', async () => {
  const { steps, tokens } = await run(undecidedOf(3), {
    slots: maskedSlots([4], MASK),
    sampler: klass,
  });
  expect(revealed(steps)).toEqual([[0], [1, 2], [3]]);
  expect(steps[2]!.transitions[0]!.reason).toBe('first of 1');
  expect(tokens.slice(0, 3)).toEqual([0, 0, 0]);
});

test.each(['none', 'p2'] as const)(
  'one that still moves holds no other back (%s)',
  async (remasker) => {
    const { steps } = await run(undecidedOf(1), {
      slots: maskedSlots([4], MASK),
      sampler: { ...klass, remask: { remasker } },
    });
    expect(revealed(steps)).toEqual([[0], [2, 3], [1]]);
  },
);
