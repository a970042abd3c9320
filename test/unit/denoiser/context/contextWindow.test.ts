import { describe, expect, test, vi } from 'vitest';
import { windowContext } from '../../../../src/denoiser/context/contextWindow';
import { sampleTokenizer } from '../sampleTokenizer';

const tokenizer = sampleTokenizer();
const markers = { language: 4, begin: 2, end: 3 };
const whole = { startsDocument: true, endsDocument: true };

function windowed(texts: string[], limit: number, ends = whole) {
  const window = windowContext({ texts, ...ends }, markers, tokenizer, limit);
  return { ...window, texts: window.pieces.map((piece) => tokenizer.decode([...piece])) };
}

const size = (window: ReturnType<typeof windowed>) =>
  window.pieces.flat().length +
  [window.language, window.begin, window.end].filter((id) => id !== undefined).length;

describe('a document that fits', () => {
  test('is kept whole, with its markers', () => {
    const window = windowed(['abc', 'def'], 9);
    expect(window.texts).toEqual(['abc', 'def']);
    expect(window).toMatchObject({ language: 4, begin: 2, end: 3 });
  });

  test('has white space that stands alone as a token of its own', () => {
    const texts = ['a\n ', 'b\n ', 'c'];
    const joined = windowContext({ texts, ...whole }, markers, tokenizer, 64);
    expect(joined.pieces.map(({ length }) => length)).toEqual([2, 2, 1]);
    const alone = windowContext(
      { texts: ['a\n', 'b\n', 'c'], lone: [' ', ' '], ...whole },
      markers,
      tokenizer,
      64,
    );
    expect(alone.pieces.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(alone.pieces.map((piece) => tokenizer.decode([...piece]))).toEqual(texts);
  });

  test('has no marker where the context does not reach the end of the document', () => {
    const window = windowed(['abc', 'def'], 64, { startsDocument: false, endsDocument: false });
    expect([window.begin, window.end]).toEqual([undefined, undefined]);
  });
});

describe('a document that does not fit', () => {
  test('keeps the tokens nearest to the span, half on either side', () => {
    const window = windowed(['0123456789', 'abcdefghij'], 9);
    expect(window.texts).toEqual(['6789', 'abcd']);
    expect([window.begin, window.end]).toEqual([undefined, undefined]);
  });

  test('gives one side what the other spares', () => {
    const early = windowed(['0', 'abcdefghij'], 9);
    expect(early.texts).toEqual(['0', 'abcdef']);
    expect([early.begin, early.end]).toEqual([2, undefined]);
    const late = windowed(['0123456789', 'a'], 9);
    expect(late.texts).toEqual(['456789', 'a']);
    expect([late.begin, late.end]).toEqual([undefined, 3]);
  });

  test('loses a marker before it loses a token', () => {
    const window = windowed(['abc', 'def'], 8);
    expect(window.texts).toEqual(['abc', 'def']);
    expect([window.begin, window.end].filter((id) => id !== undefined)).toHaveLength(1);
  });

  test.each([8, 9, 16, 33, 100])('fills a limit of %i tokens exactly', (limit) => {
    expect(size(windowed(['x'.repeat(500), 'y'.repeat(500)], limit))).toBe(limit);
    expect(size(windowed(['x'.repeat(3), 'z'.repeat(2), 'y'.repeat(500)], limit))).toBe(limit);
  });

  test.each([8, 9, 16, 33])('fills one of %i without markers, too', (limit) => {
    const none = { language: undefined, begin: undefined, end: undefined };
    const sizeOf = (...texts: string[]) =>
      windowContext({ texts, ...whole }, none, tokenizer, limit).pieces.flat().length;
    expect(sizeOf('x'.repeat(500), 'y'.repeat(500))).toBe(limit);
    expect(sizeOf('x'.repeat(3), 'y'.repeat(500))).toBe(limit);
    expect(sizeOf('x'.repeat(500), 'y'.repeat(3))).toBe(limit);
  });

  test('keeps the beginning with its marker at the cost of a quarter, or neither', () => {
    const after = 'y'.repeat(500);
    const early = windowed(['x'.repeat(29), after], 41);
    expect([early.texts[0], early.begin]).toEqual(['x'.repeat(29), 2]);
    const late = windowed(['x'.repeat(30), after], 41);
    expect([late.texts[0], late.begin]).toEqual(['x'.repeat(20), undefined]);
    expect([size(early), size(late)]).toEqual([41, 41]);
  });

  test('keeps the text between spans whole', () => {
    const window = windowed(['0123456789', 'between', 'abcdefghij'], 12);
    expect(window.texts).toEqual(['89', 'between', 'ab']);
  });

  test('keeps what is next to either span of a text between them that does not fit', () => {
    const window = windowed(['0123456789', 'abcdefghijklmnopqrst', 'uvwxyz'], 17);
    expect(window.texts).toEqual(['6789', 'abcdqrst', 'uvwx']);
  });

  test('gives the text between spans what the two sides spare, and other texts between what a short one spares', () => {
    expect(windowed(['0', 'abcdefghijklmnopqrst', 'z'], 17).texts).toEqual([
      '0',
      'abcdefgnopqrst',
      'z',
    ]);
    const texts = ['0123456789', 'ab', 'abcdefghijklmnopqrst', 'uvwxyz'];
    expect(windowed(texts, 19).texts).toEqual(['789', 'ab', 'abcdepqrst', 'uvw']);
    const turned = ['0123456789', 'abcdefghijklmnopqrst', 'ab', 'uvwxyz'];
    expect(windowed(turned, 19).texts).toEqual(['789', 'abcdepqrst', 'ab', 'uvw']);
  });

  test('cuts the text between spans at lines, where there are some near the cut', () => {
    const lines = Array.from({ length: 50 }, (_, i) => `line ${i}`);
    const [, between = ''] = windowed(['a', lines.join('\n'), 'b'], 101).texts;
    expect(between.split('\n')).toEqual([...lines.slice(0, 7), ...lines.slice(-6)]);
    const far = windowed(['0123456789', 'a\ncdefghijklmnopqr\nt', 'uvwxyz'], 17).texts;
    expect(far[1]).toBe('a\ncdqr\nt');
  });

  test.each([9, 40, 127])('has room for %i spans far apart', (spans) => {
    const texts = Array.from({ length: spans + 1 }, (_, i) => String(i % 10).repeat(900));
    const window = windowed(texts, 1024);
    const sizes = window.pieces.map(({ length }) => length);
    expect(size(window)).toBeLessThanOrEqual(1024);
    expect(Math.min(...sizes.slice(1, -1))).toBeGreaterThanOrEqual(Math.floor(1023 / spans));
    expect(Math.min(sizes[0]!, sizes.at(-1)!)).toBeGreaterThanOrEqual(Math.floor(1023 / spans / 2));
  });
});

describe('in a long document, the windows of places near each other', () => {
  const lines = Array.from({ length: 900 }, (_, i) => `${'  '.repeat(i % 3)}v${i * 7919} = ${i}\n`);
  const limit = 800;
  const at = (line: number) => {
    const texts = [lines.slice(0, line).join(''), lines.slice(line).join('')];
    return windowContext({ texts, ...whole }, markers, tokenizer, limit);
  };
  const places = Array.from({ length: 120 }, (_, i) => 300 + i);

  test('begin at the same line, mostly', () => {
    const starts = places.map((line) => {
      const [before] = at(line).pieces as [readonly number[]];
      return lines.slice(0, line).join('').length - tokenizer.decode([...before]).length;
    });
    const moves = starts.filter((start, i) => i > 0 && start !== starts[i - 1]).length;
    expect(starts.every((start, i) => i === 0 || start >= starts[i - 1]!)).toBe(true);
    expect(new Set(starts).size).toBe(moves + 1);
    // A quarter of the window is some 14 lines; cut at the nearest token, every line would move it.
    expect(moves).toBeLessThan(places.length / 5);
  });

  test('keep half of their tokens before the span, or more, and fill the limit', () => {
    for (const line of places) {
      const { pieces, language, begin, end } = at(line);
      const [before, after] = pieces as [readonly number[], readonly number[]];
      expect(before.length).toBeGreaterThanOrEqual(limit / 2 - 1);
      expect(before.length).toBeLessThanOrEqual((3 / 4) * limit);
      expect(before.length + after.length + (language === undefined ? 0 : 1)).toBe(limit);
      expect([begin, end]).toEqual([undefined, undefined]);
      expect(tokenizer.decode([...before])).toMatch(/^\n/);
    }
  });
});

test('reads only as much of a long document as the window needs', () => {
  const encode = vi.spyOn(tokenizer, 'encode');
  const line = 'value = other + 1\n';
  const window = windowed([line.repeat(50_000), line.repeat(50_000)], 101);
  const read = encode.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
  encode.mockRestore();
  expect(size(window)).toBe(101);
  expect(read).toBeLessThan(2_000);
  expect(line.repeat(9).endsWith(window.texts[0]!)).toBe(true);
  expect(line.repeat(9).startsWith(window.texts[1]!)).toBe(true);
});

test('reads only as much of a long text between spans as shows that it does not fit, and its ends', () => {
  const encode = vi.spyOn(tokenizer, 'encode');
  const texts = ['', 'value = other + 1\n'.repeat(50_000), ''];
  expect(size(windowed(texts, 101))).toBeGreaterThan(70);
  const read = encode.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
  encode.mockRestore();
  expect(read).toBeLessThan(2_000);
});

test('never cuts a character of a long line in two', () => {
  const face = '😀';
  for (const text of [face.repeat(6_000), `a${face.repeat(6_000)}`]) {
    const ids = windowed([text, text], 40).pieces.map((piece) => tokenizer.decode([...piece]));
    // The window's edge may lie within a character; what was tokenised may not.
    expect(ids[0]).toMatch(/^\ufffd*(😀)+$/u);
    expect(ids[1]).toMatch(/^a?(😀)+\ufffd*$/u);
  }
});
