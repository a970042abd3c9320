import { expect, test } from 'vitest';
import { insertion, spanPlaces } from '../../../src/syntax/joinedText';

test('an edit says where a fill begins and ends, in lines and columns, too', () => {
  const [first, second] = spanPlaces(['a\n\nbc', 'd', '\n']);
  expect(insertion(first!, 'é')).toEqual({
    startIndex: 5,
    oldEndIndex: 5,
    newEndIndex: 6,
    startPosition: { row: 2, column: 2 },
    oldEndPosition: { row: 2, column: 2 },
    newEndPosition: { row: 2, column: 3 },
  });
  expect(insertion(second!, '\nx\nyz')).toEqual({
    startIndex: 6,
    oldEndIndex: 6,
    newEndIndex: 11,
    startPosition: { row: 2, column: 3 },
    oldEndPosition: { row: 2, column: 3 },
    newEndPosition: { row: 4, column: 2 },
  });
});
