import { expect, test } from 'vitest';
import type { Uri } from 'vscode';
import { renamed } from '../../../../src/editor/place/otherName';

const uri = (path: string): Uri =>
  ({
    path,
    toString: () => `file://${path}`,
    with: (change: { path: string }) => uri(change.path),
  }) as Uri;

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
