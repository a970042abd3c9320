import { describe, expect, test } from 'vitest';
import type { TraceSlot } from '../../../../../src/diffusion/trace/trace';
import {
  cutEnds,
  type EndContext,
  passedEndIn,
} from '../../../../../src/engine/server/cuts/cutEnds';

const PAD = 0;
/** The last two are the bytes of é. */
const pieces = ['', '?', ...'ab()\xc3\xa9'];

/** Slots with one token per character, `?` being a mask. */
const slotsOf = (...spans: readonly string[]): TraceSlot[] =>
  spans
    .flatMap((text, span) => [...text].map((character) => ({ span, character })))
    .map(({ span, character }, id) => ({
      id,
      span,
      state: character === '?' ? 'masked' : 'revealed',
      token: pieces.indexOf(character),
    }));

const decoded = (bytes: string) => Buffer.from(bytes, 'latin1').toString();

const balance: EndContext['newErrors'] = (fills) => {
  const text = fills.map((tokens) => tokens?.map((id) => pieces[id]).join('') ?? '').join();
  return Math.abs(text.split('(').length - text.split(')').length);
};

function written(
  spans: readonly string[],
  ends: Readonly<Record<number, number>>,
  pinned?: number,
) {
  const slots = slotsOf(...spans).map(
    (slot): TraceSlot => (slot.id === pinned ? { ...slot, state: 'pinned' } : slot),
  );
  const endings = slots.map(({ id }) =>
    ends[id] === undefined ? null : { logProb: Math.log(ends[id]), followLogProb: null },
  );
  return { slots, endings };
}

const contextOf = (mayEnd: readonly number[]): EndContext => ({
  tokenizer: { decode: (ids) => decoded(ids.map((id) => pieces[id]).join('')) },
  pad: PAD,
  mayEnd: mayEnd.map((span) => ({ span, beyond: 'ends' })),
  newErrors: balance,
});

/** What is left of the spans that may end, `ends` being the probabilities of an end before slots. */
function left(
  spans: readonly string[],
  ends: Readonly<Record<number, number>>,
  mayEnd: readonly number[],
  pinned?: number,
): string[] {
  const { slots, endings } = written(spans, ends, pinned);
  const cut = cutEnds({ slots, endings }, contextOf(mayEnd));
  const gone = new Set(cut.map((each) => ('slot' in each ? each.slot : undefined)));
  return spans.map((_, span) =>
    slots
      .filter((slot) => slot.span === span && !gone.has(slot.id))
      .map(({ token }) => pieces[token])
      .join(''),
  );
}

test('a span ends where it parses with one whose length is settled', () => {
  const ends = { 2: 0.6, 3: 0.3 };
  expect(left(['(', 'a)b'], ends, [1])).toEqual(['(', 'a)']);
  expect(left(['b', 'aab'], ends, [1])).toEqual(['b', 'a']);
  // So does one that goes on.
  expect(left(['(', 'a)b'], ends, [0, 1])).toEqual(['(', 'a)']);
});

test('a span ends where it parses with those before it as they ended', () => {
  const ends = { 2: 0.9, 5: 0.6, 6: 0.3 };
  expect(left(['b)b', 'aa)b'], ends, [0, 1])).toEqual(['b)', 'aa']);
  expect(left(['b(b', 'aa)b'], ends, [0, 1])).toEqual(['b(', 'aa)']);
  expect(left(['bb(', 'aa)b'], ends, [0, 1])).toEqual(['bb', 'aa']);
});

test('one behind it that may end as well counts as not known', () => {
  const ends = { 1: 0.3, 2: 0.6 };
  expect(left(['a(b', 'b)'], ends, [0, 1])).toEqual(['a', 'b)']);
  expect(left(['a(b', 'b)'], ends, [0])).toEqual(['a(', 'b)']);
});

test('a span with masks does not end, and counts as not known', () => {
  expect(left(['(a?', 'a)b'], { 1: 0.9, 4: 0.6, 5: 0.3 }, [0, 1])).toEqual(['(a?', 'a']);
});

test('a span ends behind what is pinned in it', () => {
  const ends = { 1: 0.9, 2: 0.6 };
  expect(left(['aab'], ends, [0])).toEqual(['a']);
  expect(left(['aab'], ends, [0], 0)).toEqual(['a']);
  expect(left(['aab'], ends, [0], 1)).toEqual(['aa']);
  expect(left(['aab'], ends, [0], 2)).toEqual(['aab']);
});

test('no span ends within a character', () => {
  const ends = { 2: 0.6, 3: 0.3 };
  expect(left(['a\xc3\xa9b'], ends, [0]).map(decoded)).toEqual(['aé']);
  expect(left(['aabb'], ends, [0])).toEqual(['aa']);
});

test('where the parser gives up between two ends, none of them counts errors', () => {
  const { slots, endings } = written(['a(b)b'], { 3: 0.5, 4: 0.9 });
  const endWith = (newErrors: EndContext['newErrors']) =>
    cutEnds({ slots, endings }, { ...contextOf([0]), newErrors })[0]?.slot;
  let asked = 0;
  const givesUp: EndContext['newErrors'] = (fills) => (asked++ === 0 ? balance(fills) : null);
  expect(endWith(balance)).toBe(4);
  expect(endWith(() => null)).toBe(3);
  expect(endWith(givesUp)).toBe(3);
});

describe('while a span is written', () => {
  /** Index of the slot before which the span that is being written has ended. */
  const passed = (
    spans: readonly string[],
    ends: Readonly<Record<number, number>>,
    {
      mayEnd = [0],
      pinned,
    }: { readonly mayEnd?: readonly number[]; readonly pinned?: number } = {},
  ) => {
    const { slots, endings } = written(spans, ends, pinned);
    const span = slots.find(({ state }) => state === 'masked')!.span;
    return passedEndIn(contextOf(mayEnd))(slots, endings, span);
  };

  test('it ends where it would in the end, if it may', () => {
    expect(passed(['aaab??'], { 2: 0.9 })).toBe(2);
    expect(passed(['aaab??'], { 2: 0.3 })).toBeUndefined();
    expect(passed(['aaab??'], { 2: 0.9 }, { mayEnd: [] })).toBeUndefined();
    expect(passed(['ab', 'aaab??'], { 4: 0.9 }, { mayEnd: [0, 1] })).toBe(4);
    expect(passed(['??????'], {})).toBeUndefined();
  });

  test('it goes on where it does not parse yet, with the spans before it as they are', () => {
    expect(passed(['a(ab??'], { 2: 0.9 })).toBeUndefined();
    expect(passed(['(b', 'a)ab??'], { 4: 0.9 }, { mayEnd: [0, 1] })).toBe(4);
    expect(passed(['bb', 'a)ab??'], { 4: 0.9 }, { mayEnd: [0, 1] })).toBeUndefined();
    // What is not written yet is not known.
    expect(passed(['aaab??', '((('], { 2: 0.9 }, { mayEnd: [0] })).toBeUndefined();
    expect(passed(['aaab??', '(?('], { 2: 0.9 }, { mayEnd: [0, 1] })).toBe(2);
  });

  test('it ends neither within a character nor before what is pinned', () => {
    expect(passed(['a\xc3\xa9b??'], { 2: 0.9 })).toBeUndefined();
    expect(passed(['aaab??'], { 1: 0.9 }, { pinned: 0 })).toBe(1);
    expect(passed(['aaab??'], { 1: 0.9 }, { pinned: 1 })).toBeUndefined();
  });
});
