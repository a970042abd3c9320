import { beforeEach, expect, test, vi } from 'vitest';
import type { TextDocument, TextDocumentContentChangeEvent } from 'vscode';

/** What an edit puts in place of what: offsets, and the text. */
type Change = readonly [start: number, end: number, text: string];
interface Edit {
  readonly changes: readonly Change[];
}
const vscode = vi.hoisted(() => ({
  editors: [] as unknown[],
  active: undefined as unknown,
  applyEdit: async (_: Edit) => false,
}));
vi.mock('vscode', () => {
  class Range {
    constructor(
      readonly start: number,
      readonly end: number,
    ) {}
  }
  return {
    EndOfLine: { LF: 1, CRLF: 2 },
    Range,
    Selection: class {
      constructor(
        readonly anchor: number,
        readonly active: number,
      ) {}
    },
    WorkspaceEdit: class {
      changes: Change[] = [];
      replace(_: unknown, { start, end }: Range, text: string) {
        this.changes.push([start, end, text]);
      }
    },
    window: {
      get visibleTextEditors() {
        return vscode.editors;
      },
      get activeTextEditor() {
        return vscode.active;
      },
    },
    workspace: { applyEdit: (edit: Edit) => vscode.applyEdit(edit) },
  };
});
const { Acceptance } = await import('../../../../src/editor/place/acceptance');
const { Place } = await import('../../../../src/editor/place/place');

const text = 'let answer = 42;';
const span = { start: 13, end: 15 };

/** A document of which positions are offsets. */
const document = {
  text,
  version: 1,
  eol: 1,
  isUntitled: false,
  getText: () => document.text,
  offsetAt: (position: number) => position,
  positionAt: (offset: number) => offset,
};
let acceptance: InstanceType<typeof Acceptance>;
let place: InstanceType<typeof Place>;
/** Cursor and selection of the editor when an edit of ours reached it, each time that it took one. */
let foundSelected: unknown[];

/** What every edit does: the document changes, and the extension host hears of it. */
function change(start: number, end: number, inserted: string, isLeftOut = false): void {
  document.text = document.text.slice(0, start) + inserted + document.text.slice(end);
  document.version++;
  const changes = [{ rangeOffset: start, rangeLength: end - start, text: inserted }];
  const told = changes as unknown as TextDocumentContentChangeEvent[];
  if (acceptance.arrivedWith(place, told)) return;
  const edit = acceptance.isOnItsWayTo(place) ? 'typedBehind' : 'typed';
  if (place.follow(told, edit) !== 'moved' && !isLeftOut) acceptance.outdate(place);
}

/** An editor that takes edits of the version that is there, as VS Code does. */
function editor({ meanwhile = () => {}, readOnly = false }) {
  const shown = {
    document,
    selections: [{ anchor: span.start, active: span.end }],
    edit: async (build: (builder: unknown) => void) => {
      const { version } = document;
      const edits: Change[] = [];
      build({
        replace: ({ start, end }: { start: number; end: number }, inserted: string) =>
          edits.push([start, end, inserted]),
      });
      meanwhile();
      if (version !== document.version) return false;
      foundSelected.push(...shown.selections);
      if (!readOnly) for (const each of edits) change(...each);
      return true;
    },
  };
  vscode.editors = [shown];
  return shown;
}

const once = (act: () => void) => {
  let acted = false;
  return () => {
    if (!acted) act();
    acted = true;
  };
};

beforeEach(() => {
  Object.assign(document, { text, version: 1, eol: 1 });
  vscode.active = undefined;
  acceptance = new Acceptance();
  place = new Place(document as unknown as TextDocument, [span]);
  foundSelected = [];
  vscode.applyEdit = async () => false;
});

const accept = (waits = () => true) => acceptance.carryOut(place, ['6 * 7'], waits);

test('what is selected is left before the edit comes: the next key would take the place of it', async () => {
  editor({});
  await accept();
  expect(document.text).toBe('let answer = 6 * 7;');
  expect(foundSelected).toEqual([{ anchor: span.end, active: span.end }]);
});

test('a span that is left out is left alone, with the cursor in it and what is typed there meanwhile', async () => {
  const leftOut = { start: 4, end: 10 };
  place = new Place(document as unknown as TextDocument, [leftOut, span]);
  const shown = editor({ meanwhile: once(() => change(6, 6, '_', true)) });
  shown.selections = [{ anchor: 6, active: 6 }];
  expect(await acceptance.carryOut(place, [null, '6 * 7'], () => true)).toBeNull();
  expect(document.text).toBe('let an_swer = 6 * 7;');
  expect(place.spans).toEqual([
    { start: 4, end: 11 },
    { start: 14, end: 19 },
  ]);
  expect(shown.selections).toEqual([{ anchor: 6, active: 6 }]);
});

test('a key beside the span that is quicker than the edit is kept, and the fill comes to its side', async () => {
  const shown = editor({ meanwhile: once(() => change(span.end, span.end, '!')) });
  expect(await accept()).toBeNull();
  expect(document.text).toBe('let answer = 6 * 7!;');
  expect(place.spans).toEqual([{ start: 13, end: 18 }]);
  expect(shown.selections).toEqual([{ anchor: span.end, active: span.end }]);
});

test('a key at the cursor that is filled at is kept, and the fill comes before it', async () => {
  const cursor = { start: 12, end: 12 };
  place = new Place(document as unknown as TextDocument, [cursor]);
  editor({ meanwhile: once(() => change(12, 12, '!')) });
  expect(await accept()).toBeNull();
  expect(document.text).toBe('let answer =6 * 7! 42;');
});

test('a key within the span that is quicker than the edit is kept, and the fill is not put there', async () => {
  editor({ meanwhile: once(() => change(14, 14, '!')) });
  expect(await accept()).toBe('outdated');
  expect(document.text).toBe('let answer = 4!2;');
});

test('nothing is tried once more for a candidate that does not wait any more, nor without end', async () => {
  editor({ meanwhile: once(() => change(0, 0, '\n')) });
  expect(await accept(() => false)).toBe('overtaken');
  expect(document.text).toBe(`\n${text}`);
  editor({ meanwhile: () => change(0, 0, '\n') });
  expect(await accept()).toBe('overtaken');
  expect(document.text.trim()).toBe(text);
});

test('an editor that is read-only refuses, says otherwise, and is left with what was selected', async () => {
  const selected = { anchor: span.start, active: span.end };
  const shown = editor({ readOnly: true });
  expect(await accept()).toBe('refused');
  expect(document.text).toBe(text);
  expect(shown.selections).toEqual([selected]);
  // Not so where something else has been selected meanwhile.
  const other = { anchor: 0, active: 3 };
  const left = editor({
    readOnly: true,
    meanwhile: () => {
      left.selections = [other];
    },
  });
  expect(await accept()).toBe('refused');
  expect(left.selections).toEqual([other]);
});

test('a document that no editor shows takes the fill all the same', async () => {
  vscode.editors = [];
  vscode.applyEdit = async ({ changes }) => {
    for (const each of changes) change(...each);
    return true;
  };
  expect(await accept()).toBeNull();
  expect(document.text).toBe('let answer = 6 * 7;');
  expect(place.spans).toEqual([{ start: 13, end: 18 }]);
});

test('a fill has the line ends of its document', async () => {
  document.eol = 2;
  editor({});
  expect(await acceptance.carryOut(place, ['6 *\n7'], () => true)).toBeNull();
  expect(document.text).toBe('let answer = 6 *\r\n7;');
});

test('of the editors of a document the active one makes the edit, and those of others are left alone', async () => {
  const [one, two] = [editor({}), editor({})];
  const other = { document: {}, selections: [], edit: vi.fn() };
  one.selections = [{ anchor: 0, active: 0 }];
  two.selections = [{ anchor: 1, active: 1 }];
  vscode.editors = [other, one, two];
  vscode.active = two;
  expect(await accept()).toBeNull();
  expect(foundSelected).toEqual([{ anchor: 1, active: 1 }]);
});

test('a fill is known also where something else changes along with it, and nothing else is taken for it', async () => {
  vscode.editors = [];
  const arrives = (...changes: Change[]) =>
    acceptance.arrivedWith(
      place,
      changes.map(([start, end, inserted]) => ({
        rangeOffset: start,
        rangeLength: end - start,
        text: inserted,
      })) as unknown as TextDocumentContentChangeEvent[],
    );
  vscode.applyEdit = async () => {
    expect(arrives([13, 15, '6 * 8'], [0, 4, ''])).toBe(false);
    expect(arrives([13, 14, '6 * 7'], [0, 4, ''])).toBe(false);
    expect(arrives([12, 14, '6 * 7'], [0, 4, ''])).toBe(false);
    expect(arrives([14, 14, '!'])).toBe(false);
    document.text = 'answer = 6 * 7;';
    document.version++;
    return arrives([13, 15, '6 * 7'], [0, 4, '']);
  };
  expect(await accept()).toBeNull();
  expect(place.spans).toEqual([{ start: 9, end: 14 }]);
});
