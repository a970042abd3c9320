import { describe, expect, it } from 'vitest';
import { TextLines } from '../../../../src/cli/files/textLines';

describe('places in a text', () => {
  const text = 'ab\r\ncde\nf\r\n';

  it.each([
    [1, 1, 0],
    [1, 3, 2],
    [2, 1, 4],
    [2, 4, 7],
    [3, 2, 9],
    [4, 1, 11],
  ])('line %i column %i is offset %i', (line, column, offset) => {
    expect(new TextLines(text).offsetOf({ line, column })).toBe(offset);
  });

  it('breaks lines at CR alone, as editors do', () => {
    expect(new TextLines('a\rb').offsetOf({ line: 2, column: 1 })).toBe(2);
  });

  it('says how many lines there are', () => {
    expect(() => new TextLines(text).offsetOf({ line: 9, column: 1 })).toThrow(
      'There is no line 9: the file has 4 lines.',
    );
    expect(() => new TextLines('').offsetOf({ line: 2, column: 1 })).toThrow(
      'the file has 1 line.',
    );
  });

  it('says where the line ends', () => {
    expect(() => new TextLines(text).offsetOf({ line: 2, column: 5 })).toThrow(
      'There is no column 5 in line 2: it ends at column 4.',
    );
  });
});
