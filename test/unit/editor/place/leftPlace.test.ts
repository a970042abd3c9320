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
const { openAgain, touches } = await import('../../../../src/editor/place/leftPlace');

const document = { isClosed: false, uri: { scheme: 'file' } } as TextDocument;
const place = { document, spans: [{ start: 10, end: 20 }] } as unknown as Place;

beforeEach(() => {
  vscode.opened = undefined;
});

test('spans that are in part on those of a place, or a cursor right beside them, are no other place', () => {
  expect(touches(place, document, [{ start: 12, end: 30 }])).toBe(true);
  expect(touches(place, document, [{ start: 20, end: 20 }])).toBe(true);
  expect(touches(place, document, [{ start: 0, end: 9 }])).toBe(false);
  expect(touches(place, document, [{ start: 0, end: 10 }])).toBe(false);
  expect(touches(place, document, [{ start: 20, end: 30 }])).toBe(false);
  const atCursor = { ...place, spans: [{ start: 15, end: 15 }] } as unknown as Place;
  expect(touches(atCursor, document, [{ start: 15, end: 15 }])).toBe(true);
  expect(touches(atCursor, document, [{ start: 15, end: 20 }])).toBe(true);
  expect(touches(atCursor, document, [{ start: 16, end: 20 }])).toBe(false);
  expect(touches(place, { ...document }, [{ start: 12, end: 30 }])).toBe(false);
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
