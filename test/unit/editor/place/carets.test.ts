import { expect, test } from 'vitest';
import { caretsBehind } from '../../../../src/editor/place/carets';

const spans = [
  { start: 10, end: 14 },
  { start: 20, end: 25 },
];
const at = (anchor: number, active = anchor) => ({ anchor, active });

test.each([
  ['selected as a whole', at(10, 14), at(14)],
  ['selected from its end', at(14, 10), at(14)],
  ['selected in part, and beyond', at(12, 17), at(14)],
  ['selected from its end on', at(14, 17), at(14)],
  ['with the cursor before it', at(20), at(25)],
  ['and another one selected', at(0, 30), at(25)],
])('the cursor goes behind a span %s', (_, selection, caret) => {
  expect(caretsBehind([selection], spans)).toEqual([caret]);
});

test('selections elsewhere stay as they are', () => {
  expect(caretsBehind([at(3, 9), at(22), at(30, 28)], spans)).toEqual([
    at(3, 9),
    at(25),
    at(30, 28),
  ]);
  expect(caretsBehind([at(3, 9), at(26)], spans)).toBeUndefined();
});

test('a cursor that is behind a span already is not moved there once more', () => {
  expect(caretsBehind([at(25)], spans)).toBeUndefined();
  expect(caretsBehind([at(25), at(10, 14)], spans)).toEqual([at(25), at(14)]);
});
