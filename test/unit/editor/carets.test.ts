import { expect, test } from 'vitest';
import { caretsBehind } from '../../../src/editor/carets';

const fills = [
  { start: 10, end: 14 },
  { start: 20, end: 25 },
];
const at = (anchor: number, active = anchor) => ({ anchor, active });

test.each([
  ['selected as a whole', at(10, 14), at(14)],
  ['selected from its end', at(14, 10), at(14)],
  ['selected in part, and beyond', at(12, 17), at(14)],
  ['with the cursor before it', at(20), at(25)],
  ['with the cursor behind it', at(25), at(25)],
  ['and another one selected', at(0, 30), at(25)],
])('the cursor goes behind a fill %s', (_, selection, caret) => {
  expect(caretsBehind([selection], fills)).toEqual([caret]);
});

test('selections elsewhere stay as they are', () => {
  expect(caretsBehind([at(3, 9), at(22), at(30, 28)], fills)).toEqual([
    at(3, 9),
    at(25),
    at(30, 28),
  ]);
  expect(caretsBehind([at(3, 9), at(26)], fills)).toBeUndefined();
});
