import { describe, expect, test } from 'vitest';
import { presets } from '../../../src/diffusion/presets';
import { applyStep } from '../../../src/diffusion/replay';
import { type Resumption, resumeAfter, resumeAtStart } from '../../../src/diffusion/resume';
import type { Candidate } from '../../../src/diffusion/search/candidates';
import type { TraceSlot, TraceStep } from '../../../src/diffusion/trace';
import { cutRepeats, repeatedLength } from '../../../src/engine/server/cutRepeats';
import { cutBack } from '../../../src/engine/server/searchFills';

describe('repeatedLength', () => {
  test.each([
    ['data);\n    this.set', ');\n    this.set(x);', 'data'],
    ['return this.ready;', ' this.ready;\n}', 'return'],
    [') {\n  run(', '{\n  run(1);\n}', ') '],
  ])('finds what %j says again before %j', (fill, following, kept) => {
    expect(fill.slice(0, fill.length - repeatedLength(fill, following))).toBe(kept);
  });

  test.each([
    ['closing brackets, which may well stand twice', 'g(x));', '));\n'],
    ['a letter or two', 'a + b', 'b\n'],
    ['a whole fill, of which nothing would be left', 'run(1);', 'run(1);\n'],
    ['a stretch that is not at the end', 'run(1); stop();', 'run(1);\n'],
    ['nothing', '', 'x'],
  ])('leaves %s', (_, fill, following) => {
    expect(repeatedLength(fill, following)).toBe(0);
  });
});

/** One token per character of this alphabet, but for `) {`, which is one token. */
const pieces = ['<pad>', '<mask>', ') {', ...'abcdefghijklmnopqrstuvwxyz (){}\n;'];
const tokenizer = {
  encode: (text: string) => [...text].map((character) => pieces.indexOf(character)),
  decode: (ids: readonly number[]) => ids.map((id) => (id > 1 ? pieces[id] : '')).join(''),
};
const slotsOf = (tokens: readonly string[], state: TraceSlot['state'] = 'revealed'): TraceSlot[] =>
  tokens.map((token, id) => ({ id, span: 0, state, token: pieces.indexOf(token) }));
const last: TraceStep = {
  index: 4,
  t: 0.1,
  s: 0,
  ms: 1,
  transitions: [],
  confidence: [],
  entropy: [],
  alternatives: [],
  masked: 0,
};
const cut = (slots: readonly TraceSlot[], following: string) => {
  const step = cutRepeats(slots, last, { tokenizer, pad: 0, following: [following] });
  return step && tokenizer.decode(applyStep(slots, step, 1).map(({ token }) => token));
};

describe('cutRepeats', () => {
  test('turns the slots of a repetition into pads', () => {
    expect(cut(slotsOf([...'a(b);run']), ');run()')).toBe('a(b');
  });

  test('splits the token in which the repetition begins', () => {
    expect(cut(slotsOf([...'(a', ') {', ...'\nrun']), '{\nrun();')).toBe('(a) ');
  });

  test('does nothing where nothing is repeated, or where the user pinned what is', () => {
    expect(cut(slotsOf([...'a(b)']), ';\n')).toBeUndefined();
    expect(cut(slotsOf([...'a(b);run'], 'pinned'), ');run()')).toBeUndefined();
  });

  test('comes after the last step and calls no denoiser', () => {
    const slots = slotsOf([...'a(b);run']);
    expect(cutRepeats(slots, last, { tokenizer, pad: 0, following: [');run()'] })).toMatchObject({
      index: 5,
      canvases: 0,
      t: 0,
      s: 0,
    });
  });

  test('leaves nothing to be cut again', () => {
    expect(cut(slotsOf([...'a;run();run()']), ';run()')).toBe('a');
  });
});

describe('a run taken up again right before its cut', () => {
  const repeating = slotsOf([...'a(b);run']);
  const context = { tokenizer, pad: 0, following: [');run()'] };
  const before = resumeAtStart(repeating.map((slot) => ({ ...slot, state: 'masked', token: 1 })));
  const candidate = (steps: readonly TraceStep[]): Candidate => ({
    slots: repeating,
    meanLogProb: 0,
    sampler: presets[0]!.sampler,
    seed: 1,
    steps,
    found: 1,
    wasShown: true,
  });
  const cutOf = (steps: readonly TraceStep[], resume?: Resumption) => {
    const shown: TraceStep[] = [];
    const { slots } = cutBack(
      candidate(steps),
      { maskToken: 1 },
      { resume },
      {
        cut: (end, after) => cutRepeats(end, after, context),
        onStep: (step) => shown.push(step),
      },
    );
    return { shown, slots };
  };

  test.each([undefined, 9])('repeats it, its last step at position %s', (position) => {
    const taken: TraceStep = {
      ...last,
      ...(position === undefined ? {} : { position }),
      transitions: repeating.map(({ id, token }) => ({
        kind: 'reveal',
        slot: id,
        token,
        logProb: -1,
        reason: 'sure',
      })),
    };
    const resumed = resumeAfter({ ...before, step: last.index }, taken, 1);
    const whole = cutOf([taken]);
    expect(whole.shown).toHaveLength(1);
    expect(cutOf([], resumed)).toEqual(whole);
    const after = resumeAfter(resumed, whole.shown[0]!, 1);
    expect(after).toMatchObject({ step: 6, position: (position ?? 4) + 2 });
  });

  test('has no cut where it begins anew and takes no step', () => {
    expect(cutOf([]).shown).toEqual([]);
  });
});
