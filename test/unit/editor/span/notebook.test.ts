import { beforeEach, expect, test, vi } from 'vitest';
import type { TextDocument } from 'vscode';

const notebooks = vi.hoisted(() => [] as unknown[]);
vi.mock('vscode', () => ({ workspace: { notebookDocuments: notebooks } }));
const { otherCells, textAround } = await import('../../../../src/editor/span/notebook');

beforeEach(() => {
  notebooks.length = 0;
});

const cell = (text: string, languageId = 'python') =>
  ({ getText: () => text, languageId }) as TextDocument;

function openNotebook(...cells: readonly TextDocument[]): void {
  notebooks.push({ getCells: () => cells.map((document) => ({ document })) });
}

test('a cell has the others of its notebook, and a file none', () => {
  const [one, two, alone, file] = [cell('1'), cell('2'), cell('3'), cell('4')];
  openNotebook(alone);
  openNotebook(one, two);
  expect(otherCells(one)).toEqual([two]);
  expect(otherCells(alone)).toEqual([]);
  expect(otherCells(file)).toEqual([]);
});

test('a file is read by itself', () => {
  openNotebook(cell('import os'), cell('os.sep'));
  const span = { start: 2, end: 4 };
  expect(textAround(cell('x = 1'), [span])).toEqual({ text: 'x = 1', spans: [span] });
});

test('around a cell the others of its language are read, and its spans move along', () => {
  const own = cell('total = sum(a)\nprint(total)\n');
  const prose = cell('# Sums', 'markdown');
  openNotebook(prose, cell('a = [1]'), cell(' \n'), cell('%%x', 'shellscript'), own, cell('a[0]'));
  const { text, spans } = textAround(own, [
    { start: 8, end: 14 },
    { start: 21, end: 26 },
  ]);
  expect(text).toBe('a = [1]\n\ntotal = sum(a)\nprint(total)\n\n\na[0]');
  expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(['sum(a)', 'total']);
});

test('a cell that holds nothing yet has its place among the others', () => {
  const own = cell('');
  openNotebook(cell('a = 1'), own, cell('b = 2'));
  const at = 'a = 1\n\n'.length;
  expect(textAround(own, [{ start: 0, end: 0 }])).toEqual({
    text: 'a = 1\n\n\n\nb = 2',
    spans: [{ start: at, end: at }],
  });
});
