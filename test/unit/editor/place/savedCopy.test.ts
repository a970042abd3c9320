import { expect, test, vi } from 'vitest';
import type { TextDocument, TextDocumentContentChangeEvent } from 'vscode';

vi.mock('vscode', () => ({ EndOfLine: { LF: 1, CRLF: 2 }, Range: class {} }));
const { Place } = await import('../../../../src/editor/place/place');
const { SavedCopy } = await import('../../../../src/editor/place/savedCopy');

type Fake = TextDocument & { text: string };

function document(text: string, state: Partial<TextDocument> = {}): Fake {
  const fake = { text, eol: 1, isClosed: false, isUntitled: false, isDirty: false, ...state };
  return {
    ...fake,
    getText(this: Fake) {
      return this.text;
    },
  } as unknown as Fake;
}

const code = 'let a = 42;';
const span = { start: 8, end: 10 };
const untitled = { isUntitled: true, isDirty: true };

/** A place in a document, and a file that is opened, given its text, and written. */
function saving(state: Partial<TextDocument>, text = code) {
  const own = document(code, state);
  const place = new Place(own, [span]);
  const file = document('');
  const copy = new SavedCopy(file, 1_000);
  copy.changed(place);
  file.text = text;
  copy.changed(place, [{ rangeOffset: 0, rangeLength: 0, text } as TextDocumentContentChangeEvent]);
  return { own, place, file, copy };
}

/** Changes a text that stands once in the file, as formatting does. */
function format({ file, copy, place }: ReturnType<typeof saving>, from: string, to: string): void {
  const rangeOffset = file.text.indexOf(from);
  file.text = file.text.replace(from, to);
  const change = { rangeOffset, rangeLength: from.length, text: to };
  copy.changed(place, [change as TextDocumentContentChangeEvent]);
}

test('an untitled document was saved as the file opened just now, if that was given its text and it is empty itself', () => {
  const saved = saving(untitled);
  const { own, place, file, copy } = saved;
  copy.written();
  expect(copy.insteadOf(place, 1_200)).toBeNull();
  own.text = 'let a';
  expect(copy.insteadOf(place, 1_200)).toBeNull();
  own.text = '';
  expect(copy.insteadOf(place, 1_200)).toMatchObject({ document: file, spans: [span] });
  expect(copy.insteadOf(place, 60_000)).toBeNull();
  expect(copy.insteadOf(new Place(document(code), [span]), 1_200)).toBeNull();
  Object.assign(file, { isClosed: true });
  expect(copy.insteadOf(place, 1_200)).toBeNull();
  const other = saving(untitled, 'let b = 42;');
  other.copy.written();
  other.own.text = '';
  expect(other.copy.insteadOf(other.place, 1_200)).toBeNull();
});

test('a named one was, if that has been written, and it is closed or back at what is in its own file', () => {
  const closed = saving({ isClosed: true });
  expect(closed.copy.insteadOf(closed.place, 1_200)).toBeNull();
  closed.copy.written();
  expect(closed.copy.insteadOf(closed.place, 1_200)).toMatchObject({ document: closed.file });
  const reverted = saving({});
  reverted.copy.written();
  expect(reverted.copy.insteadOf(reverted.place, 1_200)).toMatchObject({ spans: [span] });
  const dirty = saving({ isDirty: true });
  dirty.copy.written();
  expect(dirty.copy.insteadOf(dirty.place, 1_200)).toBeNull();
});

test('what formatting changes as it is saved moves the spans, unless it changes them', () => {
  const beside = saving(untitled);
  format(beside, 'let a', '  let  a');
  beside.copy.written();
  beside.own.text = '';
  const copy = beside.copy.insteadOf(beside.place, 1_200);
  expect(copy?.spans).toEqual([{ start: 11, end: 13 }]);
  const within = saving(untitled);
  format(within, '42', '0x2a');
  within.copy.written();
  within.own.text = '';
  expect(within.copy.insteadOf(within.place, 1_200)).toBeNull();
});

test('the place in the file moves no further once it has been taken for the other', () => {
  const saved = saving(untitled);
  saved.copy.written();
  saved.own.text = '';
  const copy = saved.copy.insteadOf(saved.place, 1_200);
  format(saved, 'let a', 'const a');
  expect(copy?.spans).toEqual([span]);
});

test('a file is no copy of what it holds itself', () => {
  const file = document(code, { isClosed: false });
  const place = new Place(file, [span]);
  const copy = new SavedCopy(file, 1_000);
  copy.changed(place);
  copy.written();
  expect(copy.insteadOf(place, 1_200)).toBeNull();
});
