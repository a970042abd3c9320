import { describe, expect, test } from 'vitest';
import { canvasOf } from '../../../../src/diffusion/canvas';
import type { Denoiser } from '../../../../src/diffusion/denoiser';
import { generate } from '../../../../src/diffusion/generate';
import { maskedSlots } from '../../../../src/diffusion/noise';
import { closeSpans } from '../../../../src/diffusion/reveal/closing';
import { presetNamed } from '../../../../src/diffusion/settings/presets';
import type { TraceSlot, TraceStep } from '../../../../src/diffusion/trace/trace';
import { MASK, PAD, predictionOf } from '../predictions';

/** `m` masked, `p` pad, `t` text, `u` pinned text, `|` the next span. */
function slotsOf(drawing: string): TraceSlot[] {
  return drawing
    .split('|')
    .flatMap((span, index) => [...span].map((each) => ({ each, span: index })))
    .map(({ each, span }, id) => ({
      id,
      span,
      state: each === 'm' ? 'masked' : each === 'u' ? 'pinned' : 'revealed',
      token: each === 'm' ? MASK : each === 'p' ? PAD : 1,
    }));
}
const drawn = (tokens: Iterable<number>) =>
  Array.from(tokens, (token) => (token === MASK ? 'm' : token === PAD ? 'p' : 't')).join('');
const closed = (drawing: string, put: readonly number[]) => {
  const canvas = canvasOf(slotsOf(drawing), MASK);
  const taken = put.map((slot) => ({
    kind: 'reveal' as const,
    slot,
    token: canvas.tokens[slot]!,
    logProb: -1,
    reason: 'sure',
  }));
  const transitions = closeSpans(canvas, taken, PAD);
  return [drawn(canvas.tokens), transitions.length];
};

describe('closeSpans', () => {
  test.each([
    ['the masked slots behind a new pad become pads', 'tpmm', [1], 'tppp', 2],
    ['those before it stay masked', 'mmpm', [2], 'mmpp', 1],
    ['other spans stay as they are', 'tpm|mm', [1], 'tppmm', 1],
    ['each span has its own end', 'pm|tpm', [0, 3], 'pptpp', 2],
    ['an old pad closes nothing', 'tpmm', [0], 'tpmm', 0],
    ['text behind the pad keeps the span open', 'tpmt', [1], 'tpmt', 0],
    ['so does what the user pinned', 'tpmu', [1], 'tpmt', 0],
    ['pads behind it are there already', 'tpmp', [1], 'tppp', 1],
    ['text as such closes nothing', 'ttmm', [1], 'ttmm', 0],
  ])('%s: %s', (_, drawing, put, after, count) => {
    expect(closed(drawing, put)).toEqual([after, count]);
  });
});

describe('a run', () => {
  const steps = async (padsEndSpans: boolean) => {
    const seen: TraceStep[] = [];
    // Slots 0 and 1 are text, the pad behind them is token 2; one slot a step.
    const prediction = predictionOf(
      Array.from({ length: 8 }, (_, i) => (i < 2 ? [0.9 - i / 10, 0.05, 0.05] : [0.1, 0.2, 0.7])),
    );
    const denoiser: Denoiser = {
      maskToken: MASK,
      padToken: 2,
      padsEndSpans,
      revealed: 'silent',
      judgesQuality: false,
      readsCausally: false,
      denoise: async (canvases) => canvases.map(() => prediction),
    };
    const { slots } = await generate(
      denoiser,
      {
        slots: maskedSlots([8], MASK),
        sampler: { ...presetNamed('LLaDA')!.sampler, steps: 8 },
        seed: 1,
        startTime: 1,
      },
      { onStep: (step) => seen.push(step) },
    );
    expect(slots.map(({ token }) => token)).toEqual([0, 0, 2, 2, 2, 2, 2, 2]);
    return seen;
  };

  test('is over with the pad, where pads come last', async () => {
    expect(await steps(false)).toHaveLength(8);
    const taken = await steps(true);
    expect(taken.map(({ transitions }) => transitions.length)).toEqual([1, 1, 6]);
    expect(
      taken
        .at(-1)!
        .transitions.map(({ reason }) => reason)
        .slice(1),
    ).toEqual(Array.from({ length: 5 }, () => 'after the end'));
  });

  test('records of every text token how probable an end was', async () => {
    const ends = (await steps(true)).map(({ transitions: [first] }) =>
      first?.kind === 'reveal' ? first.ending?.logProb : null,
    );
    expect(ends[0]).toBeCloseTo(Math.log(0.05));
    expect(ends[1]).toBeCloseTo(Math.log(0.05));
    expect((await steps(false))[0]!.transitions[0]).not.toHaveProperty('ending');
  });
});
