import { expect, test } from 'vitest';
import { visibleText } from '../../../src/editor/visibleText';

test('control characters are drawn as their pictures', () => {
  expect(visibleText('a\fb\r\x1b[0m\x7f\tc\nd')).toBe('a␌b␍␛[0m␡\tc\nd');
});

test('what ends a line elsewhere, or turns its direction, is drawn as unknown', () => {
  expect(visibleText('a\u2028\u0085b\u202ec\u2066')).toBe('a��b�c�');
});

test('other text stays as it is', () => {
  const text = '👩‍👩‍👧 héllo ｱ \u00a0\u200b';
  expect(visibleText(text)).toBe(text);
});
