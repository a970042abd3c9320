import { expect, test } from 'vitest';
import {
  columns,
  dedent,
  expandTabs,
  foldLines,
  shorten,
  shortenStart,
  wrap,
} from '../../../../src/editor/preview/drawnText';

test('a tab goes on to the next multiple of its size', () => {
  expect(expandTabs('a\tb\t\tc', 4)).toBe('a   b       c');
  expect(columns('😀\tb', 4)).toBe(5);
});

test('what has no room is cut off at the end, or at the start, and an ellipsis stands for it', () => {
  expect([shorten('abcd', 4), shorten('abcde', 4)]).toEqual(['abcd', 'abc…']);
  expect([shortenStart('abcd', 4), shortenStart('abcde', 4)]).toEqual(['abcd', '…cde']);
  expect(shorten('😀'.repeat(100), 4)).toBe('😀😀😀…');
  expect(shortenStart('😀'.repeat(100), 4)).toBe('…😀😀😀');
});

test('lines lose the indentation that all share which are not blank', () => {
  expect(dedent(['    a', '', '      b'])).toEqual(['a', '', '  b']);
  expect(dedent(['  ', ''])).toEqual(['  ', '']);
});

test('a line goes on in rows that begin with an arrow, between words where most of a row is full', () => {
  expect(wrap('abcde', 5)).toEqual(['abcde']);
  expect(wrap('abcdefghijkl', 5)).toEqual(['abcde', '↪ fgh', '↪ ijk', '↪ l']);
  expect(wrap('one two three', 8)).toEqual(['one two ', '↪ three']);
  expect(wrap('a bcdefghij', 8)).toEqual(['a bcdefg', '↪ hij']);
});

test('lines that have no room are counted, or joined where there is room for one', () => {
  expect(foldLines(['1', '2'], 2, 'Compare', 9)).toEqual(['1', '2']);
  expect(foldLines(['1', '2', '3'], 2, '', 9)).toEqual(['1', '… 2 more lines']);
  expect(foldLines(['a', ' b'], 1, 'Compare', 5)).toEqual(['a ⏎ b']);
  expect(foldLines(['a', ' b'], 1, 'Compare', 4)).toEqual(['2 lines — Compare']);
  expect(foldLines(['a', ' b'], 1, '', 4)).toEqual(['a ⏎ b']);
});
