import { expect, test } from 'vitest';
import { spreadOf } from '../../../src/benchmark/spread';

test('the middle one of an odd number, between the middle two of an even one', () => {
  expect(spreadOf([30, 1, 2])).toEqual({ median: 2, least: 1, most: 30 });
  expect(spreadOf([4, 1, 2, 30])).toEqual({ median: 3, least: 1, most: 30 });
});

test('there is none of nothing, or where a measurement is missing', () => {
  expect(spreadOf([])).toBeUndefined();
  expect(spreadOf([1, null])).toBeUndefined();
});
