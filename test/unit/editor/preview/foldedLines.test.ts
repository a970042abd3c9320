import { expect, test } from 'vitest';
import type { TextEditor } from 'vscode';
import { foldedLines } from '../../../../src/editor/preview/foldedLines';

const showing = (...ranges: (readonly [first: number, last: number])[]) =>
  ({
    visibleRanges: ranges.map(([start, end]) => ({ start: { line: start }, end: { line: end } })),
  }) as unknown as TextEditor;

test('lines are folded away between the ranges that an editor shows', () => {
  expect(foldedLines(showing([3, 40]))).toEqual([]);
  expect(foldedLines(showing([3, 9], [11, 20], [31, 40]))).toEqual([
    [10, 10],
    [21, 30],
  ]);
  expect(foldedLines(showing([3, 9], [10, 20]))).toEqual([]);
});
