import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskedSlots } from '../../../../src/diffusion/noise';
import {
  endedText,
  knownText,
  logProbsOf,
  readingOf,
} from '../../../../src/diffusion/search/wholeText';
import type { Transition } from '../../../../src/diffusion/trace/trace';
import { stepOf } from '../../traces';
import { MASK, moodyDenoiser, PAD, predictionOf, readingCausally } from '../predictions';
import { run } from '../run';
import { speculative } from '../samplers';

const denoiser = readingCausally(moodyDenoiser('silent'));
const settings = speculative(3);

/** A fill of one span, and what its run and a reading of it say of its text. */
async function filled(slots: number, context: readonly number[]) {
  const { generation, steps } = await run(denoiser, {
    slots: maskedSlots([slots], MASK),
    sampler: settings,
    context: [context, [3]],
  });
  const tokens = generation.slots.map(({ token }) => token);
  const end = tokens.indexOf(PAD);
  const text = end < 0 ? tokens : tokens.slice(0, end + 1);
  return { slots: generation.slots, steps, text };
}

/** How the model reads a text in place of the fill. */
async function read(slots: Awaited<ReturnType<typeof filled>>['slots'], text: readonly number[]) {
  const [prediction] = await denoiser.denoise([readingOf(slots, 0, text, MASK)]);
  return logProbsOf(prediction!, text);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const anyContext = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 20 });
const anyLength = fc.integer({ min: 1, max: 8 });

describe('a text of a span as a whole', () => {
  test('is as probable by its reading as by the run that revealed it from left to right', async () => {
    await fc.assert(
      fc.asyncProperty(anyLength, anyContext, async (length, context) => {
        const { slots, steps, text } = await filled(length, context);
        const known = knownText(steps, slots, 0, text, PAD)!;
        const reading = await read(slots, text);
        expect(known.logProbs).toHaveLength(text.length);
        for (const [k, logProb] of reading.entries())
          expect(known.logProbs[k]).toBeCloseTo(logProb, 5);
        expect(known.atMost(text)).toBeCloseTo(sum(reading), 5);
      }),
    );
  });

  test('is the same read in parts', async () => {
    await fc.assert(
      fc.asyncProperty(anyLength, anyContext, fc.nat(8), async (length, context, cut) => {
        const { slots, text } = await filled(length, context);
        const at = Math.min(cut, text.length - 1);
        const views = [readingOf(slots, 0, text, MASK, 0, at), readingOf(slots, 0, text, MASK, at)];
        const [begun, rest] = await denoiser.denoise(at === 0 ? views.slice(1) : views);
        const parts =
          at === 0
            ? logProbsOf(begun!, text)
            : [...logProbsOf(begun!, text.slice(0, at)), ...logProbsOf(rest!, text.slice(at))];
        expect(parts).toEqual(await read(slots, text));
      }),
    );
  });

  test('is never more probable than what is known of it allows', async () => {
    const anyText = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(anyLength, anyContext, anyText, async (length, context, tokens) => {
        const { slots, steps, text } = await filled(length, context);
        const other = endedText(tokens.slice(0, length), length, PAD);
        const most = knownText(steps, slots, 0, text, PAD)!.atMost(other);
        expect(sum(await read(slots, other))).toBeLessThanOrEqual(most);
      }),
    );
  });

  test('of a later span is known by the places of its slots, as long as no slots have been inserted since', () => {
    const slots = maskedSlots([2, 2], MASK).map((slot, i) => ({
      ...slot,
      state: 'revealed' as const,
      token: i,
    }));
    const transitions = slots.map(
      ({ id, token }): Transition => ({
        kind: 'reveal',
        slot: id,
        token,
        logProb: -1 - id,
        reason: '',
      }),
    );
    const step = (count: number) =>
      stepOf(0, transitions, {
        alternatives: Array.from({ length: count }, (_, i) => [
          [i, -1 - i],
          [7, -8],
          [8, -9],
        ]),
      });
    const known = knownText([step(4)], slots, 1, [2, 3], PAD)!;
    expect(known.logProbs).toEqual([-3, -4]);
    expect(known.atMost([2, 3])).toBe(-7);
    expect(known.atMost([2, 7])).toBeCloseTo(-3 - 8, 3);
    expect(known.atMost([5, 3])).toBeCloseTo(-9, 3);
    expect(knownText([step(3)], slots, 1, [2, 3], PAD)).toBeUndefined();
    expect(knownText([step(3)], slots.slice(0, 2), 0, [0, 1], PAD)?.logProbs).toEqual([-1, -2]);
  });

  test('has of a token that is not listed nothing, or no more than the last that is', () => {
    const prediction = predictionOf([
      [0.5, 0.3, 0.2],
      [0.1, 0.6, 0.3],
    ]);
    expect(logProbsOf(prediction, [1, 9])).toEqual([Math.fround(Math.log(0.3)), -Infinity]);
    expect(logProbsOf(prediction, [9, 1], 'least')).toEqual(
      [0.2, 0.6].map((p) => Math.fround(Math.log(p))),
    );
  });

  test('ends with a pad unless it takes all slots', () => {
    expect(endedText([1, 2], 3, PAD)).toEqual([1, 2, PAD]);
    expect(endedText([1, 2], 2, PAD)).toEqual([1, 2]);
    expect(endedText([1, 2], 3, undefined)).toEqual([1, 2]);
  });

  test('is not known where a token came by anything but being revealed', async () => {
    const { slots, steps, text } = await filled(4, [1, 2, 1]);
    expect(knownText(steps, slots, 0, text.with(0, 77), PAD)).toBeUndefined();
    expect(knownText([], slots, 0, text, PAD)).toBeUndefined();
  });

  test('of a later span is asked about behind the spans before it', async () => {
    const slots = maskedSlots([2, 3], MASK).map((slot, i) => ({
      ...slot,
      state: 'revealed' as const,
      token: i,
    }));
    const { spanLengths, tokens, causal } = readingOf(slots, 1, [4, 5, PAD], MASK);
    expect(spanLengths).toEqual([2, 3]);
    expect([...tokens]).toEqual([0, 1, MASK, MASK, MASK]);
    expect(causal).toEqual({ from: 2, drafts: [4, 5] });
  });
});
