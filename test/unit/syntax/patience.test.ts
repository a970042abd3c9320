import { expect, test } from 'vitest';
import { Patience } from '../../../src/syntax/patience';

test('patience is there at first, and ends', () => {
  const begunAndEnded = new Patience().during((isOver) => {
    const begun = !isOver();
    const late = performance.now() + 60_000;
    while (!isOver()) if (performance.now() > late) return [begun, false];
    return [begun, true];
  });
  expect(begunAndEnded).toEqual([true, true]);
});
