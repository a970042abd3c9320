import { expect, test } from 'vitest';
import { ranked } from '../../../../src/diffusion/search/score';

const fill = (name: string, newErrors: number | null, logProb: number, tokens = 1) => ({
  name,
  newErrors,
  logProb,
  meanLogProb: logProb / tokens,
});
const names = (fills: readonly ReturnType<typeof fill>[]) => ranked(fills).map(({ name }) => name);

test('fewer parse errors come first, however improbable', () => {
  expect(names([fill('likely', 1, -1), fill('parses', 0, -90)])).toEqual(['parses', 'likely']);
});

test('of equals the most probable as a whole comes first, not the most probable per token', () => {
  expect(names([fill('long', 0, -4, 16), fill('short', 0, -3, 2)])).toEqual(['short', 'long']);
});

test('where nobody can count errors, probability alone decides', () => {
  expect(names([fill('a', null, -2), fill('b', null, -1), fill('c', null, -2)])).toEqual([
    'b',
    'a',
    'c',
  ]);
});

test('and where they were counted of some fills only', () => {
  expect(names([fill('a', null, -3), fill('b', 2, -1), fill('c', 0, -2)])).toEqual(['b', 'c', 'a']);
});
