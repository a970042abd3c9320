import { describe, expect, test } from 'vitest';
import { canvasOf } from '../../../../src/diffusion/canvas';
import { maskedSlots } from '../../../../src/diffusion/noise';
import { planRun } from '../../../../src/diffusion/plan';
import { type ContextPieces, causalReadings } from '../../../../src/diffusion/step/causal';
import type { TraceSlot } from '../../../../src/diffusion/trace/trace';
import { MASK, PAD } from '../predictions';
import { oneByOne, speculative } from '../samplers';

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
