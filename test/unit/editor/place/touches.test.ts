import { expect, test } from 'vitest';
import type { TextDocument } from 'vscode';
import type { Place } from '../../../../src/editor/place/place';
import { touches } from '../../../../src/editor/place/touches';

const document = {} as TextDocument;
const place = { document, spans: [{ start: 10, end: 20 }] } as unknown as Place;

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
