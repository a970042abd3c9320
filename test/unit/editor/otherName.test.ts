import { expect, test } from 'vitest';
import type { TextDocument, Uri } from 'vscode';
import { renamed, savedAs } from '../../../src/editor/otherName';

const uri = (path: string): Uri =>
  ({
    path,
    toString: () => `file://${path}`,
    with: (change: { path: string }) => uri(change.path),
  }) as Uri;
const document = (text: string, isClosed = false) =>
  ({ getText: () => text, isClosed }) as TextDocument;

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

test('an untitled document was saved as the one opened last, if that has its text and it is empty itself', () => {
  const emptied = { document: document(''), untitledText: 'code' };
  const saved = document('code');
  expect(savedAs(saved, emptied)).toBe(saved);
  expect(savedAs(document('other code'), emptied)).toBeNull();
  expect(savedAs(document('code', true), emptied)).toBeNull();
  expect(savedAs(null, emptied)).toBeNull();
  expect(savedAs(saved, { document: document('code!'), untitledText: 'code' })).toBeNull();
  expect(savedAs(document(''), { document: document(''), untitledText: null })).toBeNull();
});
