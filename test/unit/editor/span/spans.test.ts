import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  contextAround,
  filledSpans,
  joinSpans,
  type Span,
  textsOf,
  toLineEnds,
  withFills,
} from '../../../../src/editor/span/spans';

const span = (start: number, end: number): Span => ({ start, end });
const everything = { before: 1e6, after: 1e6 };

describe('joinSpans', () => {
  test('orders selections and joins those that touch or overlap', () => {
    expect(joinSpans([span(8, 9), span(0, 2), span(2, 4), span(3, 6)])).toEqual([
      span(0, 6),
      span(8, 9),
    ]);
  });

  test('keeps insertion points apart, and swallows one at the border of a span', () => {
    expect(joinSpans([span(3, 3), span(1, 1)])).toEqual([span(1, 1), span(3, 3)]);
    expect(joinSpans([span(3, 3), span(3, 5)])).toEqual([span(3, 5)]);
  });
});

describe('contextAround', () => {
  test('leaves hole markers out, which would be written once more', () => {
    const text = 'a(?);\nb = ?;\nc = ?;';
    const { context } = contextAround(text, [span(10, 11)], everything, '?');
    expect(context).toEqual(['a();\nb = ', ';\nc = ;']);
  });

  test('gives the pieces before, between and after the spans', () => {
    expect(contextAround('abcdefgh', [span(1, 2), span(4, 4)], everything)).toEqual({
      context: ['a', 'cd', 'efgh'],
      startsDocument: true,
      endsDocument: true,
    });
  });

  test('speaks to the model in line feeds, whatever the document uses', () => {
    const text = 'a\r\nb\r\nc';
    expect(contextAround(text, [span(3, 4)], everything).context).toEqual(['a\n', '\nc']);
    expect(textsOf(text, [span(0, 4)])).toEqual(['a\nb']);
  });

  test('cuts at line borders and says that the document goes on', () => {
    const text = 'first\nsecond\nthird\nfourth\nfifth\n';
    const start = text.indexOf('third');
    expect(contextAround(text, [span(start, start + 5)], { before: 9, after: 9 })).toEqual({
      context: ['second\n', '\nfourth\n'],
      startsDocument: false,
      endsDocument: false,
    });
    const exactly = contextAround(text, [span(start, start + 5)], { before: 7, after: 8 });
    expect(exactly.context).toEqual(['second\n', '\nfourth\n']);
  });

  test('cuts within a line where there is no border near, that at the span aside', () => {
    const text = '0123456789\n0123456789';
    const { context } = contextAround(text, [span(10, 10)], { before: 3, after: 3 });
    expect(context).toEqual(['789', '\n']);
    const none = contextAround('\n', [span(0, 0)], { before: 0, after: 0 });
    expect(none.context).toEqual(['', '']);
  });

  test('never cuts a surrogate pair in two', () => {
    const text = '😀😀😀|😀😀😀';
    const contextOf = (characters: number) =>
      contextAround(text, [span(6, 7)], { before: characters, after: characters }).context;
    expect(contextOf(3)).toEqual(['😀', '😀']);
    expect(contextOf(4)).toEqual(['😀😀', '😀😀']);
  });

  test('is all there is where just that is asked for', () => {
    const text = 'a\nb|c\nd';
    expect(contextAround(text, [span(3, 4)], { before: 3, after: 3 })).toEqual({
      context: ['a\nb', 'c\nd'],
      startsDocument: true,
      endsDocument: true,
    });
  });

  test('is never longer than asked for, nor ends with half of a pair', () => {
    const side = fc
      .array(fc.constantFrom('a', '😀', '\n'), { maxLength: 20 })
      .map((characters) => characters.join(''));
    fc.assert(
      fc.property(side, side, fc.nat(20), (before, after, limit) => {
        const text = `${before}|${after}`;
        const spans = [span(before.length, before.length + 1)];
        const [left = '', right = ''] = contextAround(text, spans, {
          before: limit,
          after: limit,
        }).context;
        for (const [piece, side] of [
          [left, before],
          [right, after],
        ] as const) {
          expect(piece.length).toBeLessThanOrEqual(limit);
          expect(piece).not.toMatch(/\p{Surrogate}/u);
          if (!side.includes('\n'))
            expect(piece.length).toBeGreaterThanOrEqual(Math.min(limit - 1, side.length));
        }
        expect(before.endsWith(left)).toBe(true);
        expect(after.startsWith(right)).toBe(true);
      }),
    );
  });

  test('no context at all is possible', () => {
    expect(contextAround('abc', [span(1, 2)], { before: 0, after: 0 })).toEqual({
      context: ['', ''],
      startsDocument: false,
      endsDocument: false,
    });
  });

  test('contexts and spans together are the document', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\t', '\n'), maxLength: 20 }),
        fc.array(fc.nat(40), { minLength: 2, maxLength: 6 }),
        (text, offsets) => {
          const sorted = offsets.map((each) => Math.min(each, text.length)).sort((a, b) => a - b);
          const spans = joinSpans(
            Array.from({ length: sorted.length >> 1 }, (_, pair) =>
              span(sorted[2 * pair]!, sorted[2 * pair + 1]!),
            ),
          );
          const { context } = contextAround(text, spans, everything);
          const texts = textsOf(text, spans);
          expect(context.map((piece, index) => piece + (texts[index] ?? '')).join('')).toBe(text);
        },
      ),
    );
  });
});

test('fills take the line ends of their document', () => {
  expect(toLineEnds('a\nb\r\nc\rd', '\r\n')).toBe('a\r\nb\r\nc\r\nd');
  expect(toLineEnds('a\r\nb', '\n')).toBe('a\nb');
});

test('fills lie where the document with them has them', () => {
  const spans = [span(1, 2), span(4, 4), span(6, 9)];
  const fills = ['', '123', '4'];
  const filled = withFills('abcdefghij', spans, fills);
  expect(filled).toBe('acd123ef4j');
  expect(filledSpans(spans, fills).map(({ start, end }) => filled.slice(start, end))).toEqual(
    fills,
  );
});
