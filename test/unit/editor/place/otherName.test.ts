import { expect, test } from 'vitest';
import type { TextDocument, Uri } from 'vscode';
import { renamed, savedAs } from '../../../../src/editor/place/otherName';

const uri = (path: string): Uri =>
  ({
    path,
    toString: () => `file://${path}`,
    with: (change: { path: string }) => uri(change.path),
  }) as Uri;
const document = (text: string, state: Partial<TextDocument> = {}) =>
  ({
    getText: () => text,
    isClosed: false,
    isUntitled: false,
    isDirty: false,
    ...state,
  }) as TextDocument;
const written = (file: TextDocument) => ({ document: file, at: 1_000, isWritten: true });

test('a file is found where it or its folder went', () => {
  const files = [
    { oldUri: uri('/a/b.ts'), newUri: uri('/a/c.ts') },
    { oldUri: uri('/src'), newUri: uri('/lib') },
  ];
  expect(renamed(uri('/a/b.ts'), files)?.path).toBe('/a/c.ts');
  expect(renamed(uri('/src/in/d.ts'), files)?.path).toBe('/lib/in/d.ts');
  expect(renamed(uri('/srcs/d.ts'), files)).toBeNull();
  expect(renamed(uri('/a/b.ts2'), files)).toBeNull();
});

test('an untitled document was saved as the file opened just now, if that has its text and it is empty itself', () => {
  const untitled = { isUntitled: true, isDirty: true };
  const emptied = { document: document('', untitled), text: 'code' };
  const saved = document('code');
  expect(savedAs(written(saved), emptied, 1_200)).toBe(saved);
  expect(savedAs(written(saved), emptied, 60_000)).toBeNull();
  expect(savedAs(written(document('other code')), emptied, 1_200)).toBeNull();
  expect(savedAs(written(document('code', { isClosed: true })), emptied, 1_200)).toBeNull();
  expect(savedAs(null, emptied, 1_200)).toBeNull();
  const typedIn = { document: document('code!', untitled), text: 'code' };
  expect(savedAs(written(saved), typedIn, 1_200)).toBeNull();
});

test('a named one was, if that has been written, and it is closed or back at what is in its own file', () => {
  const saved = document('code');
  const left = (text: string, state: Partial<TextDocument>) => ({
    document: document(text, state),
    text: 'code',
  });
  const closed = left('code', { isClosed: true });
  expect(savedAs(written(saved), closed, 1_200)).toBe(saved);
  expect(savedAs(written(saved), left('cod', {}), 1_200)).toBe(saved);
  expect(savedAs(written(saved), left('cod', { isDirty: true }), 1_200)).toBeNull();
  expect(savedAs({ ...written(saved), isWritten: false }, closed, 1_200)).toBeNull();
  const itself = { document: saved, text: 'code' };
  expect(savedAs(written(saved), itself, 1_200)).toBeNull();
});
