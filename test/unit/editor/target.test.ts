import { expect, test, vi } from 'vitest';
import type { TextDocument, TextEditor } from 'vscode';

const notebooks = vi.hoisted(() => [] as unknown[]);
vi.mock('vscode', () => ({ workspace: { notebookDocuments: notebooks } }));
const { holeSpans, otherCells, selectedCode, selectedSpans } = await import(
  '../../../src/editor/target'
);

function editor(...selections: (readonly [start: number, end: number])[]) {
  return {
    document: { getText: () => 'let a = 1;\nlet b = 2;\n', offsetAt: (offset: number) => offset },
    selections: selections.map(([start, end]) => ({ start, end, isEmpty: start === end })),
  } as unknown as TextEditor;
}

test('holes are where the marker stands; those that touch are one', () => {
  expect(holeSpans(editor().document, '= ')).toEqual([
    { start: 6, end: 8 },
    { start: 17, end: 19 },
  ]);
  expect(holeSpans(editor().document, 'b')).toHaveLength(1);
  const twice = { getText: () => 'a??' } as unknown as TextDocument;
  expect(holeSpans(twice, '?')).toEqual([{ start: 1, end: 3 }]);
  expect(holeSpans(editor().document, '[MASK]')).toBeNull();
});

test('a cell has the others of its notebook, and a file none', () => {
  const [one, two, alone, file] = [{}, {}, {}, {}] as unknown as TextDocument[];
  const notebook = (...cells: unknown[]) => ({
    getCells: () => cells.map((document) => ({ document })),
  });
  notebooks.push(notebook(alone), notebook(one, two));
  expect(otherCells(one!)).toEqual([two]);
  expect(otherCells(alone!)).toEqual([]);
  expect(otherCells(file!)).toEqual([]);
});

test('cursors beside selections are no spans, and nothing is selected by cursors alone', () => {
  const mixed = editor([4, 5], [8, 8], [15, 16]);
  const spans = [
    { start: 4, end: 5 },
    { start: 15, end: 16 },
  ];
  expect(selectedSpans(mixed)).toEqual(spans);
  expect(selectedCode(mixed)).toEqual(spans);
  expect(selectedSpans(editor([4, 4], [8, 8]))).toBeNull();
});
