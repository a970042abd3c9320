import { expect, it } from 'vitest';
import { brokenBy, candidatesBrokenBy, lineBreakOf } from '../../../../src/cli/files/lineBreaks';

it.each([
  ['a\nb\r\n', '\n'],
  ['a\r\nb\n', '\r\n'],
  ['\r\n', '\r\n'],
  ['no break', '\n'],
  ['a\rb\r', '\r'],
  ['a\rb\n', '\n'],
] as const)('%j breaks lines with %j', (text, lineBreak) => {
  expect(lineBreakOf(text)).toBe(lineBreak);
});

it('gives a fill the line breaks of the text around it', () => {
  expect(brokenBy('\r\n', 'a\nb\n')).toBe('a\r\nb\r\n');
  expect(brokenBy('\n', 'a\nb\n')).toBe('a\nb\n');
});

it('gives candidates the line breaks of the text around them', () => {
  const candidate = { texts: ['a\nb', 'c'], logProb: -1, meanLogProb: -1, newErrors: null };
  expect(candidatesBrokenBy('\r\n', [candidate])).toEqual([
    { ...candidate, texts: ['a\r\nb', 'c'] },
  ]);
});
