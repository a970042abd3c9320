import { expect, test } from 'vitest';
import { nameOf, offersOf } from '../../../../src/editor/status/offers';

test('of several fills it is said how many would be accepted', () => {
  const { accept, reject, leaveOut } = offersOf(['a', 'b', 'c'], new Set([1]));
  expect(accept).toBe('$(check) Accept 2 of 3');
  expect(reject).toBe('$(close) Reject All 3');
  expect(leaveOut).toEqual([
    { title: '$(remove) Leave Out', arguments: [0, true] },
    { title: '$(add) Take In', arguments: [1, false] },
    { title: '$(remove) Leave Out', arguments: [2, true] },
  ]);
  expect(offersOf(['a', 'b'], new Set([1])).leaveOut[0]).toBeUndefined();
  expect(offersOf(['a', 'b'], new Set()).accept).toBe('$(check) Accept All 2');
});

test('the only fill is accepted or rejected', () => {
  expect(offersOf(['a'], new Set())).toEqual({
    accept: '$(check) Accept',
    reject: '$(close) Reject',
    leaveOut: [],
  });
});

test.each([
  ['  total += item.price;\n  more();', 'total += item.price;'],
  [' \n', '∅'],
  ['a\u202eb', 'a�b'],
  ['twenty-four characters !', 'twenty-four characters !'],
  ['twenty-five characters !!', 'twenty-five characters …'],
])('%j is named %j', (fill, name) => {
  expect(nameOf(fill)).toBe(name);
});
