import { describe, expect, test } from 'vitest';
import { type Resumption, resumeAfter, resumeAtStart } from '../../../../../src/diffusion/resume';
import type { Candidate } from '../../../../../src/diffusion/search/candidates';
import { presets } from '../../../../../src/diffusion/settings/presets';
import type {
  Ending,
  TraceSlot,
  TraceStep,
  Transition,
} from '../../../../../src/diffusion/trace/trace';
import { cutBack } from '../../../../../src/engine/server/cuts/cutBack';
import type { EndingSpan } from '../../../../../src/engine/server/cuts/cutEnds';
import { stepOf } from '../../../traces';

const PAD = 0;
const MASK = 1;
/** One token per character. */
const pieces = ['<pad>', '<mask>', ...'abcdefghijklmnopqrstuvwxyz (){};'];
const tokenizer = {
  encode: (text: string) =>
    [...text].map((character) => (character === '_' ? PAD : pieces.indexOf(character))),
  decode: (ids: readonly number[]) => ids.map((id) => (id > MASK ? pieces[id] : '')).join(''),
};

const openParentheses = (text: string) => text.split('(').length - text.split(')').length;

/** What is said of an end: its log-probability, or that and the following token's. */
type End = number | readonly [end: number, follow: number];

/**
 * A run of one step that wrote `text`, `_` being the pad, but for the first `kept` characters, which were there; with what
 * was said of an end before some of the others.
 */
function runOf(
  text: string,
  ends: Readonly<Record<number, End>> = {},
  position?: number,
  kept = 0,
) {
  const endingAt = (slot: number): Ending | undefined => {
    const end = ends[slot];
    if (end === undefined) return undefined;
    return typeof end === 'number'
      ? { logProb: end, followLogProb: null }
      : { logProb: end[0], followLogProb: end[1] };
  };
  const first = tokenizer
    .encode(text)
    .map(
      (token, id): TraceSlot =>
        id < kept
          ? { id, span: 0, state: 'revealed', token }
          : { id, span: 0, state: 'masked', token: MASK },
    );
  const reveals = tokenizer.encode(text).map(
    (token, slot): Transition => ({
      kind: 'reveal',
      slot,
      token,
      logProb: -1,
      ...(endingAt(slot) && { ending: endingAt(slot)! }),
      reason: 'sure',
    }),
  );
  const step = stepOf(0, reveals.slice(kept), position === undefined ? {} : { position });
  const endings = first.map(({ id }) => (id < kept && endingAt(id)) || null);
  const start = { ...resumeAtStart(first), endings };
  const after = resumeAfter(start, step, MASK);
  const candidate = (steps: readonly TraceStep[]): Candidate => ({
    slots: after.slots,
    logProb: 0,
    meanLogProb: 0,
    sampler: presets[0]!.sampler,
    seed: 1,
    steps,
    found: 1,
    wasShown: true,
  });
  const cut = (
    following: string,
    steps: readonly TraceStep[] = [step],
    resume: Resumption | null = start,
    beyond: EndingSpan['beyond'] = 'grows',
  ) => {
    const shown: TraceStep[] = [];
    const { slots } = cutBack(
      candidate(steps),
      { maskToken: MASK },
      { slots: first, ...(resume && { resume }) },
      {
        cuts: {
          tokenizer,
          pad: PAD,
          following: [following],
          mayEnd: [{ span: 0, beyond }],
          newErrors: ([fill]) => openParentheses(tokenizer.decode(fill!)),
        },
        onStep: (each) => shown.push(each),
      },
    );
    return { shown, slots, text: tokenizer.decode(slots.map(({ token }) => token)) };
  };
  return {
    after,
    cut,
    cutAtLast: (following: string) => cut(following, [step], undefined, 'ends'),
    cutAsAsked: (following: string) => cut(following, [step], undefined, 'stays'),
  };
}

describe('cutBack', () => {
  test('ends a text where it has more probably ended than not, in a step without a denoiser call', () => {
    const { text, shown } = runOf('ab;cd;', { 2: Math.log(0.1), 3: Math.log(0.45), 5: -1 }).cut(
      '}',
    );
    expect(text).toBe('ab;');
    expect(shown).toMatchObject([{ index: 1, canvases: 0, t: 0, s: 0, masked: 0 }]);
  });

  test('leaves a text that more probably goes on', () => {
    const { text, shown } = runOf('ab;cd;', { 3: Math.log(0.4) }).cut('}');
    expect(text).toBe('ab;cd;');
    expect(shown).toEqual([]);
  });

  test('ends a text that more probably goes on, where there are no more slots', () => {
    expect(runOf('ab;cd;ef;g', { 3: Math.log(0.4), 6: -2 }).cutAtLast('}').text).toBe('ab;');
    expect(runOf('ab;cd;ef;g').cutAtLast('}').text).toBe('ab;cd;ef;g');
  });

  test('ends a text sooner than at its pad, where the following text was far more to be expected', () => {
    const ends = { 3: [Math.log(0.3), Math.log(0.5)], 6: [Math.log(0.9), Math.log(0.01)] } as const;
    expect(runOf('ab;cd;__', ends).cut('}').text).toBe('ab;');
    const likely = { ...ends, 6: [Math.log(0.9), Math.log(0.4)] } as const;
    expect(runOf('ab;cd;__', likely).cut('}').shown).toEqual([]);
  });

  test('ends a text where it parses, sooner than where it more probably has ended', () => {
    const ends = { 3: Math.log(0.1), 6: Math.log(0.8) };
    expect(runOf('a;bcde;f', ends).cutAtLast('}').text).toBe('a;bcde');
    expect(runOf('a;b(de;f', ends).cutAtLast('}').text).toBe('a;b');
  });

  test('goes on where a text has most probably ended, but would not parse', () => {
    const ends = { 4: Math.log(0.9) };
    expect(runOf('a()b;cd', ends).cut('}').text).toBe('a()b');
    expect(runOf('a(bc;cd', ends).cut('}').shown).toEqual([]);
    expect(runOf('a(bc;cd', ends).cutAtLast('}').text).toBe('a(bc');
  });

  test('leaves as many slots as were asked for to a text that goes on and parses', () => {
    const ends = { 4: Math.log(0.9) };
    expect(runOf('a()b;cd', ends).cutAsAsked('}').text).toBe('a()b');
    expect(runOf('a(bc;d)', ends).cutAsAsked('}').shown).toEqual([]);
    expect(runOf('a(bc;cd', ends).cutAsAsked('}').text).toBe('a(bc');
  });

  test('remembers what was said of the text it began with', () => {
    const keptOf = (ends: Readonly<Record<number, End>>) => runOf('ab;cd;', ends, undefined, 5);
    expect(keptOf({ 3: Math.log(0.8) }).cut('}').text).toBe('ab;');
    expect(keptOf({}).cut('}').text).toBe('ab;cd;');
  });

  test('leaves a text that goes on behind a pad', () => {
    const ends = { 3: Math.log(0.9), 6: Math.log(0.9) };
    expect(runOf('ab;cd;__', ends).cut('}').text).toBe('ab;');
    expect(runOf('ab;cd;_ef', ends).cut('}').text).toBe('ab;cd;ef');
  });

  test('leaves a pad that the model did not choose', () => {
    expect(runOf('ab;cd;__', { 3: Math.log(0.3) }).cut('}').shown).toEqual([]);
  });

  test('takes back a repetition that is left before the end as well', () => {
    const { text, shown } = runOf('a(b);run x', { 8: Math.log(0.9) }).cut(');run()');
    expect(text).toBe('a(b');
    expect(shown).toHaveLength(1);
  });

  test.each([undefined, 9])(
    'is the same for a run taken up again right before it, at position %s',
    (position) => {
      const { after, cut } = runOf('ab;cd;', { 3: Math.log(0.8) }, position);
      const whole = cut('}');
      expect(whole.text).toBe('ab;');
      expect(cut('}', [], after)).toEqual(whole);
      const next = resumeAfter(after, whole.shown[0]!, MASK);
      expect(next).toMatchObject({ step: 2, position: (position ?? 0) + 2 });
      expect(cut('}', [], next).shown).toEqual([]);
    },
  );

  test('does nothing where a run begins anew and takes no step', () => {
    const { cut } = runOf('a(b);run', {}, undefined, 8);
    expect(cut(');run()', [], null).shown).toEqual([]);
    expect(cut(');run()', []).text).toBe('a(b');
  });
});
