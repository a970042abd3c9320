import { expect, test } from 'vitest';
import { warningOf } from '../../../../src/editor/status/doubts';

test('a selection that is too large comes before what is missing around it', () => {
  const large = { kind: 'tooLarge', span: 0, text: 'x'.repeat(13), slots: 1 } as const;
  expect(warningOf([large, { kind: 'nothingAround' }])).toMatch(
    /^13 characters are selected.*at most 1 token\./,
  );
  expect(warningOf([{ kind: 'nothingAround' }])).toContain('nothing but white space');
  expect(warningOf([])).toBeNull();
});
