import { describe, expect, test } from 'vitest';
import { canvasOf } from '../../../../src/diffusion/canvas';
import { confidences } from '../../../../src/diffusion/prediction';
import { samplerRandom } from '../../../../src/diffusion/random';
import { rank } from '../../../../src/diffusion/reveal/order';
import type { SamplerSettings } from '../../../../src/diffusion/settings/sampler';
import type { TraceSlot } from '../../../../src/diffusion/trace/trace';
import { expectDistribution, tally } from '../chiSquare';
import { MASK, predictionOf } from '../predictions';
import { range } from '../run';

/** Each order has another favourite among these rows. */
const rows = [
  [0.5, 0.02, 0.4, 0.08],
  [0.6, 0.4, 0, 0],
  [0.55, 0.15, 0.15, 0.15],
  [0.5, 0.5, 0, 0],
];
const prediction = predictionOf(rows);

function beliefs(tokens: readonly (number | null)[]) {
  const slots = tokens.map(
    (token, id): TraceSlot =>
      token === null
        ? { id, span: 0, state: 'masked', token: MASK }
        : { id, span: 0, state: 'revealed', token },
  );
  const canvas = canvasOf(slots, MASK);
  return {
    canvas,
    prediction,
    revealed: 'predicted' as const,
    confidence: confidences(canvas, prediction, 'predicted'),
  };
}

const masked = beliefs([null, null, null, null]);
const strictly = (order: SamplerSettings['order'], of = masked) =>
  rank(range(4), of, { order, orderTemperature: 0 }, () => 0);

describe('strict orders', () => {
  test('confidence: the most probable best token first, ties from the left', () => {
    expect(strictly('confidence')).toEqual([1, 2, 0, 3]);
  });
  test('margin: the widest lead over the second', () => {
    expect(strictly('margin')).toEqual([2, 1, 0, 3]);
  });
  test('entropy: the lowest first', () => {
    expect(strictly('entropy')).toEqual([1, 3, 0, 2]);
  });
  test('left to right', () => {
    expect(strictly('left-to-right')).toEqual([0, 1, 2, 3]);
  });
  test('only candidates are ranked', () => {
    const settings = { order: 'confidence', orderTemperature: 0 } as const;
    expect(rank([0, 2], masked, settings, () => 0)).toEqual([2, 0]);
  });
  test('a slot that holds a token is judged by that token', () => {
    // Slot 0 holds a token of probability 0.4, slot 1 one of 0.4, slot 2 one outside the prediction.
    const revealed = beliefs([2, 1, 77, null]);
    expect([...revealed.confidence].map((c) => Number(c.toFixed(3)))).toEqual([0.4, 0.4, 0, 0.5]);
    expect(strictly('confidence', revealed)).toEqual([3, 0, 1, 2]);
    // Leads: 0.4 − 0.5, 0.4 − 0.6, 0 − 0.55, 0.5 − 0.5.
    expect(strictly('margin', revealed)).toEqual([3, 0, 1, 2]);
  });
  test('a slot that holds a token leads by what its rivals have, and is as unsure as its prediction', () => {
    const revealed = beliefs([null, null, 0, null]);
    // Leads: 0.5 − 0.4, 0.6 − 0.4, 0.55 − 0.15, 0.5 − 0.5.
    expect(strictly('margin', revealed)).toEqual([2, 1, 0, 3]);
    expect(strictly('entropy', revealed)).toEqual([1, 3, 0, 2]);
  });
});

describe('a slot of which the model says nothing once it holds a token', () => {
  const canvas = canvasOf(
    range(4).map(
      (id): TraceSlot =>
        id < 2
          ? { id, span: 0, state: 'revealed', token: 0 }
          : { id, span: 0, state: 'masked', token: MASK },
    ),
    MASK,
    [Math.log(0.3), Math.log(0.72), null, null],
  );
  const asked = predictionOf(rows.with(3, [0.8, 0.2, 0, 0]));
  const confidence = confidences(canvas, asked, 'silent');
  const silent = { canvas, prediction: asked, revealed: 'silent' as const, confidence };

  test('has the widest lead that its token can have had', () => {
    // Leads: 0.3 − 0.7, 0.72 − 0.28, 0.55 − 0.15, 0.8 − 0.2.
    expect(rank(range(4), silent, { order: 'margin', orderTemperature: 0 }, () => 0)).toEqual([
      3, 1, 2, 0,
    ]);
  });

  test('has the least entropy that its prediction can have had, or its surprise', () => {
    // −ln 0.3 = 1.2, a coin of 0.72: 0.593, and 1.15 and 0.5 for the masks.
    expect(rank(range(4), silent, { order: 'entropy', orderTemperature: 0 }, () => 0)).toEqual([
      3, 1, 2, 0,
    ]);
    const sure = { ...silent, confidence: Float64Array.of(0.9, 1, Number.NaN, Number.NaN) };
    expect(rank([0, 1], sure, { order: 'entropy', orderTemperature: 0 }, () => 0)).toEqual([1, 0]);
  });
});

describe('drawn orders', () => {
  const draws = (order: SamplerSettings['order'], orderTemperature: number) => {
    const random = samplerRandom(5, 0);
    return range(6000).map(() => rank(range(4), masked, { order, orderTemperature }, random));
  };

  test('random: every slot is first equally often', () => {
    const first = draws('random', 0).map((ranked) => ranked[0]!);
    expectDistribution(tally(first, 4), new Array(4).fill(1 / 4));
  });

  test('with order temperature: without replacement from softmax(score / τ)', () => {
    const weights = rows.map((row) => Math.exp(Math.max(...row) / 0.2));
    const total = weights.reduce((sum, w) => sum + w, 0);
    const pairs = draws('confidence', 0.2).map(([a, b]) => a! * 4 + b!);
    const expected = range(16).map((pair) => {
      const [a, b] = [Math.floor(pair / 4), pair % 4];
      return a === b ? 0 : (weights[a]! / total) * (weights[b]! / (total - weights[a]!));
    });
    expectDistribution(tally(pairs, 16), expected);
  });
});
