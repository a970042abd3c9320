import { beforeEach, expect, test, vi } from 'vitest';
import type { TextDocument } from 'vscode';
import type { Place } from '../../../../src/editor/place/place';

const vscode = vi.hoisted(() => ({
  opened: undefined as unknown,
}));
vi.mock('vscode', () => ({
  commands: {},
  workspace: {
    fs: { isWritableFileSystem: (scheme: string) => (scheme === 'file' ? true : undefined) },
    openTextDocument: async () => {
      if (!vscode.opened) throw new Error('It is gone.');
      return vscode.opened;
    },
  },
}));
const { openAgain } = await import('../../../../src/editor/place/openPlace');

const document = { isClosed: false, uri: { scheme: 'file' } } as TextDocument;
const place = { document } as Place;

beforeEach(() => {
  vscode.opened = undefined;
});

test('a document is opened once more where it was closed, unless it was never saved or is gone', async () => {
  const closed = (scheme: string) =>
    openAgain({ document: { isClosed: true, uri: { scheme } } } as unknown as Place);
  expect(await openAgain(place)).toBe(document);
  expect(await closed('file')).toBeNull();
  vscode.opened = { name: 'the same file' };
  expect(await closed('file')).toBe(vscode.opened);
  expect(await closed('untitled')).toBeNull();
});
