import { describe, expect, test } from 'vitest';
import { canvasOf } from '../../../../src/diffusion/canvas';
import type { Denoiser, Prediction } from '../../../../src/diffusion/denoiser';
import { generate } from '../../../../src/diffusion/generate';
import { maskedSlots } from '../../../../src/diffusion/noise';
import { closeSpans } from '../../../../src/diffusion/reveal/closing';
import { presetNamed } from '../../../../src/diffusion/settings/presets';
import type { TraceSlot, TraceStep } from '../../../../src/diffusion/trace/trace';
import { MASK, PAD, predictionOf, rowsDenoiser } from '../predictions';
import { run } from '../run';

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
  const steps = async (padToken: number | undefined) => {
    const seen: TraceStep[] = [];
    // Slots 0 and 1 are text, the pad behind them is token 2; one slot a step.
    const prediction = predictionOf(
      Array.from({ length: 8 }, (_, i) => (i < 2 ? [0.9 - i / 10, 0.05, 0.05] : [0.1, 0.2, 0.7])),
    );
    const denoiser: Denoiser = {
      maskToken: MASK,
      padToken,
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

  test('is over with the pad, of a model that has one', async () => {
    expect(await steps(undefined)).toHaveLength(8);
    const taken = await steps(2);
    expect(taken.map(({ transitions }) => transitions.length)).toEqual([1, 1, 6]);
    expect(
      taken
        .at(-1)!
        .transitions.map(({ reason }) => reason)
        .slice(1),
    ).toEqual(Array.from({ length: 5 }, () => 'after the end'));
  });

  test('records of every text token how probable an end was', async () => {
    const ends = (await steps(2)).map(({ transitions: [first] }) =>
      first?.kind === 'reveal' ? first.ending?.logProb : null,
    );
    expect(ends[0]).toBeCloseTo(Math.log(0.05));
    expect(ends[1]).toBeCloseTo(Math.log(0.05));
    expect((await steps(undefined))[0]!.transitions[0]).not.toHaveProperty('ending');
  });

  test('records there, too, how probable what stands behind the span was, at most', async () => {
    // Of three tokens a slot: text, the pad and what follows, or others; what follows span 0 is token 7, nothing span 1.
    const rows: readonly (readonly [token: number, p: number])[][] = [
      [
        [0, 0.6],
        [2, 0.3],
        [7, 0.1],
      ],
      [
        [0, 0.6],
        [2, 0.35],
        [8, 0.05],
      ],
      [
        [0, 0.6],
        [2, 0.4],
        [8, 0],
      ],
      [
        [0, 0.5],
        [2, 0.3],
        [7, 0.2],
      ],
      [
        [0, 0.5],
        [8, 0.3],
        [7, 0.2],
      ],
    ];
    const prediction: Prediction = {
      topK: 3,
      tokens: Int32Array.from(rows.flat(), ([token]) => token),
      logProbs: Float32Array.from(rows.flat(), ([, p]) => Math.log(p)),
      entropy: new Float32Array(rows.length).fill(1),
    };
    const { steps: taken } = await run(
      { ...rowsDenoiser([]), padToken: 2, denoise: async () => [prediction] },
      {
        slots: maskedSlots([3, 2], MASK),
        sampler: { ...presetNamed('LLaDA')!.sampler, steps: 1, order: 'left-to-right' },
        context: [[1], [7, 8], []],
      },
    );
    const endings = taken[0]!.transitions.map((each) =>
      each.kind === 'reveal' && each.ending
        ? [each.ending.logProb, each.ending.followLogProb].map((x) => x && Math.exp(x))
        : null,
    );
    const near = (p: number) => expect.closeTo(p, 6);
    expect(endings).toEqual([
      [near(0.3), near(0.1)],
      // Not named: no more than the least that was.
      [near(0.35), near(0.05)],
      // Impossible, which the JSON of a trace has no number for.
      null,
      [near(0.3), null],
      null,
    ]);
  });
});
