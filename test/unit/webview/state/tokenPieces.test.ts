import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spokenToken, tokenPieces } from '../../../../webview/state/tokenPieces';

test('whitespace and invisible characters stand apart', () => {
  expect(tokenPieces(' a\r\n\t\u200bé🙂')).toEqual([
    { kind: 'space', text: ' ' },
    { kind: 'text', text: 'a' },
    { kind: 'newline', text: '\r\n' },
    { kind: 'tab', text: '\t' },
    { kind: 'control', text: '\u200b', label: 'U+200B' },
    { kind: 'text', text: 'é🙂' },
  ]);
});

test('nothing is lost, whatever the text', () => {
  // Not by `fc.string` of binary units, which takes a second of processor time to begin with.
  const texts = fc.uint16Array().map((units) => String.fromCharCode(...units));
  const odd = fc.constantFrom(' ', '\t', '\n', '\r', '\u2028', '\u202e', '\ufffd');
  fc.assert(
    fc.property(fc.array(fc.oneof(texts, odd), { maxLength: 6 }), (parts) => {
      const text = parts.join('');
      expect(
        tokenPieces(text)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
    }),
  );
});

test('a token can be said aloud', () => {
  expect(spokenToken(' const')).toBe('const');
  expect(spokenToken('\n    ')).toBe('line break');
  expect(spokenToken('    ')).toBe('4 spaces');
  expect(spokenToken(' ')).toBe('space');
  expect(spokenToken('')).toBe('nothing');
});
