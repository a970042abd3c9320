import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../../src/cli/errors';
import { cutAtSpans, holeSpans, inDocumentOrder, parseSpan } from '../../../../src/cli/fill/spans';

const cut = (text: string, ...typed: string[]) =>
  cutAtSpans(text, inDocumentOrder(typed.map(parseSpan)));

describe('holes', () => {
  it('are all places where a marker stands', () => {
    const text = 'a = [MASK];\r\n\n  [MASK][MASK\n] = [MASK]';
    const spans = holeSpans(text, '[MASK]');
    expect(spans.map(({ typed }) => typed)).toEqual(['1:5-1:11', '3:3-3:9', '4:5-4:11']);
    expect(cutAtSpans(text, spans).spans).toEqual(['[MASK]', '[MASK]', '[MASK]']);
    expect(holeSpans('a[MASK][MASK]', '[MASK]').map(({ typed }) => typed)).toEqual(['1:2-1:14']);
    expect(holeSpans(text, 'MASK\n]').map(({ typed }) => typed)).toEqual(['3:10-4:2']);
  });

  it.each(['[mask]', ''])('are said to be missing where “%s” stands nowhere', (marker) => {
    expect(() => holeSpans('a = [MASK]', marker)).toThrow(UsageError);
  });
});

describe('reading a span', () => {
  it('takes two places, or one for a cursor', () => {
    expect(parseSpan('2:3-4:1')).toEqual({
      start: { line: 2, column: 3 },
      end: { line: 4, column: 1 },
      typed: '2:3-4:1',
    });
    expect(parseSpan('2:3')).toMatchObject({ end: { line: 2, column: 3 } });
  });

  it.each([
    ['file.ts', '“file.ts” is not a span'],
    ['1-2', '“1-2” is not a span'],
    ['', '“” is not a span'],
    ['0:1-2:2', 'count from 1'],
    ['1:0', 'count from 1'],
    ['3:1-2:9', 'ends before it starts'],
    ['2:5-2:4', 'ends before it starts'],
  ])('refuses %j', (typed, message) => {
    expect(() => parseSpan(typed)).toThrow(UsageError);
    expect(() => parseSpan(typed)).toThrow(message);
  });
});

describe('cutting a text at spans', () => {
  it('keeps line breaks where they are', () => {
    expect(cut('one\r\ntwo\r\nthree', '1:2-2:3')).toEqual({
      context: ['o', 'o\r\nthree'],
      spans: ['ne\r\ntw'],
      lineEnds: [''],
    });
  });

  it('leaves the line end alone with which a span ends, and the indentation behind it', () => {
    expect(cut('  one\r\n  two\r\nthree', '1:3-2:1')).toEqual({
      context: ['  ', '\r\n  two\r\nthree'],
      spans: ['one'],
      lineEnds: ['\r\n'],
    });
    expect(cut('one\n\n  two', '1:1-3:3')).toMatchObject({ spans: ['one\n'], lineEnds: ['\n  '] });
    expect(cut('a\rb\rc', '2:1-3:1')).toMatchObject({ spans: ['b'], lineEnds: ['\r'] });
    expect(() => cut('one\ntwo', '2:1', '1:2-2:1')).toThrow('touch');
  });

  it('puts spans into document order', () => {
    expect(cut('abcdef', '1:5-1:6', '1:2-1:3')).toEqual({
      context: ['a', 'cd', 'f'],
      spans: ['b', 'e'],
      lineEnds: ['', ''],
    });
  });

  it('gives every character back', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(), (text, a, b) => {
        const line = text.split(/\r\n|\n|\r/)[0] ?? '';
        const [from, to] = [a % (line.length + 1), b % (line.length + 1)].sort((x, y) => x - y);
        const { context, spans } = cut(text, `1:${from! + 1}-1:${to! + 1}`);
        expect(`${context[0]}${spans[0]}${context[1]}`).toBe(text);
      }),
    );
  });

  it('refuses spans that overlap or touch', () => {
    expect(() => cut('abcdef', '1:1-1:4', '1:3-1:5')).toThrow('1:1-1:4 and 1:3-1:5 overlap');
    expect(() => cut('abcdef', '1:1-1:3', '1:3-1:5')).toThrow('touch');
    expect(() => cut('abcdef', '1:3', '1:3')).toThrow('touch');
  });

  it('refuses to split a character of two UTF-16 units', () => {
    expect(() => cut('a😀b', '1:3-1:4')).toThrow('column 3 of line 1 is inside a character');
    expect(cut('a😀b', '1:2-1:4').spans).toEqual(['😀']);
  });
});
