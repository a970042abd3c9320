import { expect, test } from 'vitest';
import { remarkOn } from '../../../src/editor/phaseText';
import type { RunOwner } from '../../../src/editor/run';

const finished = (...candidate: string[]) =>
  ({ phase: { kind: 'finished' }, trace: null, candidate }) as unknown as RunOwner;

test('a fill that says it all has no remark', () => {
  expect(remarkOn(finished('return a;'), 0)).toBe('');
});

test('a fill that cannot be seen is remarked on, at its own span', () => {
  const owner = finished('', '  ', '\n\t\n', 'x');
  expect([0, 1, 2, 3].map((span) => remarkOn(owner, span))).toEqual([
    '∅ an empty fill',
    '∅ only white space',
    '∅ only white space',
    '',
  ]);
});
