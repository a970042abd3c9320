import { expect, test } from 'vitest';
import { backOffMs } from '../../../../src/engine/client/backOff';

test('restarts at once after one crash, ever later after more', () => {
  expect([0, 1, 2, 3, 4, 20].map(backOffMs)).toEqual([0, 0, 1000, 2000, 4000, 30_000]);
});
