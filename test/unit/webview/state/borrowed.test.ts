import { expect, test } from 'vitest';
import { leftBefore } from '../../../../webview/state/borrowed';

test.each([
  ['the first token holds it', [' null', ';'], ''],
  ['the first token does not', ['null', ';'], ' '],
  ['the first slot is a mask', [null, ' null'], ' '],
  ['pads come before what holds it', ['', ' null'], ''],
  ['there is no text at all', ['', ''], ' '],
] as const)(
  'the space before a span stands there unless its slots hold it: %s',
  (_, texts, left) => {
    expect(leftBefore(' ', texts)).toBe(left);
  },
);

test('where nothing was taken along, nothing is added', () => {
  expect(leftBefore(undefined, ['null'])).toBe('');
  expect(leftBefore('', ['null'])).toBe('');
});
