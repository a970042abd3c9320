import { expect, test } from 'vitest';
import type { TextDocument, Uri } from 'vscode';
import { renamed, savedAs } from '../../../../src/editor/place/otherName';

const uri = (path: string): Uri =>
  ({
    path,
    toString: () => `file://${path}`,
    with: (change: { path: string }) => uri(change.path),
  }) as Uri;
const document = (text: string, isClosed = false, isUntitled = true) =>
  ({ getText: () => text, isClosed, isUntitled }) as TextDocument;

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
  const emptied = { document: document(''), text: 'code' };
  const saved = document('code');
  const opened = (file: TextDocument) => ({ document: file, at: 1_000 });
  expect(savedAs(opened(saved), emptied, 1_200)).toBe(saved);
  expect(savedAs(opened(saved), emptied, 60_000)).toBeNull();
  expect(savedAs(opened(document('other code')), emptied, 1_200)).toBeNull();
  expect(savedAs(opened(document('code', true)), emptied, 1_200)).toBeNull();
  expect(savedAs(null, emptied, 1_200)).toBeNull();
  const typedIn = { document: document('code!'), text: 'code' };
  expect(savedAs(opened(saved), typedIn, 1_200)).toBeNull();
  const file = { document: document('', false, false), text: 'code' };
  expect(savedAs(opened(saved), file, 1_200)).toBeNull();
});
