import { expect, test, vi } from 'vitest';
import type { TextDocument, TextEditor } from 'vscode';

const files = vi.hoisted(() => ({ permissions: undefined as number | undefined }));
vi.mock('vscode', () => ({
  FilePermission: { Readonly: 1 },
  Selection: class {
    constructor(
      readonly anchor: unknown,
      readonly active: unknown,
    ) {}
  },
  workspace: {
    fs: {
      isWritableFileSystem: (scheme: string) =>
        ({ file: true, gone: true, archive: false })[scheme],
      stat: async ({ scheme }: { scheme: string }) => {
        if (scheme === 'gone') throw new Error('There is no such file.');
        return files;
      },
    },
  },
}));
const { cursorSpans, holeSpans, isWritable, leaveLineEnds, selectedCode, selectedSpans } =
  await import('../../../../src/editor/span/target');

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

test('at a hole’s marker the cursor means the hole, elsewhere the place between two characters', () => {
  const text = 'let a = 1;\nlet b = 2;\n';
  const lines = text.split('\n');
  const startOf = (line: number) => lines.slice(0, line).join('\n').length + Number(line > 0);
  const document = {
    getText: () => text,
    lineAt: (line: number) => ({ text: lines[line], range: { start: { offset: startOf(line) } } }),
    offsetAt: ({ offset }: { offset: number }) => offset,
  };
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length - 1;
  const cursorsAt = (...offsets: number[]) =>
    ({
      document,
      selections: offsets.map((offset) => ({ active: { offset, line: lineOf(offset) } })),
    }) as unknown as TextEditor;
  const hole = { start: 6, end: 8 };
  for (const offset of [6, 7, 8]) expect(cursorSpans(cursorsAt(offset), '= ')).toEqual([hole]);
  expect(cursorSpans(cursorsAt(5, 7, 6, 9), '= ')).toEqual([
    { start: 5, end: 5 },
    hole,
    { start: 9, end: 9 },
  ]);
  expect(cursorSpans(cursorsAt(18), '= ')).toEqual([{ start: 17, end: 19 }]);
  expect(cursorSpans(cursorsAt(7), '')).toEqual([{ start: 7, end: 7 }]);
  expect(cursorSpans(cursorsAt(12), ';\nl')).toEqual([{ start: 9, end: 12 }]);
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

test('the line end of whole lines is not selected, and white space alone is no code', () => {
  expect(selectedSpans(editor([0, 11]))).toEqual([{ start: 0, end: 10 }]);
  expect(selectedCode(editor([0, 11]))).toEqual([{ start: 0, end: 10 }]);
  expect(selectedCode(editor([0, 5], [10, 11]))).toBeNull();
  expect(selectedCode(editor([0, 5], [7, 8]))).toBeNull();
});

test('selections of whole lines leave their line end, whichever way they were made', () => {
  const at = (line: number, character: number) => ({ line, character });
  const selection = (start: object, end: object, isReversed = false) => ({
    start,
    end,
    isReversed,
  });
  const leaving = (...selections: object[]) => {
    const lineAt = (line: number) => ({ range: { end: at(line, 10) } });
    const shown = { document: { lineAt }, selections } as unknown as TextEditor;
    leaveLineEnds(shown);
    return shown.selections as unknown as object[];
  };
  const cursor = selection(at(3, 0), at(3, 0));
  expect(leaving(selection(at(0, 0), at(2, 0)), cursor)).toEqual([
    { anchor: at(0, 0), active: at(1, 10) },
    cursor,
  ]);
  expect(leaving(selection(at(0, 4), at(2, 0), true))).toEqual([
    { anchor: at(1, 10), active: at(0, 4) },
  ]);
  const within = [selection(at(0, 0), at(2, 1)), cursor];
  expect(leaving(...within)[0]).toBe(within[0]);
});

test.each([
  ['a file', 'file', undefined, true],
  ['a file that may not be written to', 'file', 1, false],
  ['a file that is not on the disk', 'gone', undefined, true],
  ['what a file system only shows', 'archive', undefined, false],
  ['a new text', 'untitled', undefined, true],
  ['what another extension shows', 'git', undefined, false],
])('%s is writable as far as it can be', async (_, scheme, permissions, expected) => {
  files.permissions = permissions;
  expect(await isWritable({ uri: { scheme } } as TextDocument)).toBe(expected);
});
