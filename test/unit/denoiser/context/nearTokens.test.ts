import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { firstTokens, lastTokens } from '../../../../src/denoiser/context/nearTokens';

/** Line breaks, and up to 40 characters of a line: far more than tokens have as a rule. */
const pieces: string[] = [];
const idOf = (piece: string) => {
  if (!pieces.includes(piece)) pieces.push(piece);
  return pieces.indexOf(piece);
};
const encode = vi.fn((text: string) => (text.match(/\n|[^\n]{1,40}/gu) ?? []).map(idOf));
const tokenizer = { encode };

const text = fc
  .array(fc.nat(150), { maxLength: 30, size: 'max' })
  .map((lengths) => lengths.map((n, i) => String.fromCharCode(97 + (i % 26)).repeat(n)).join('\n'));
const count = fc.nat(40);

describe('of a text of which only a part is tokenised', () => {
  test('the last tokens are the last ones of all, and of what stands behind it', () => {
    fc.assert(
      fc.property(
        text,
        fc.array(fc.constant(-1), { maxLength: 3 }),
        count,
        (text, behind, count) => {
          const ids = [...encode(text), ...behind];
          expect(lastTokens(text, behind, count, tokenizer)).toEqual({
            ids: ids.slice(Math.max(0, ids.length - count)),
            whole: ids.length <= count,
          });
        },
      ),
    );
  });

  test('the first tokens are the first ones of all', () => {
    fc.assert(
      fc.property(text, count, (text, count) => {
        const ids = encode(text);
        expect(firstTokens(text, count, tokenizer)).toEqual({
          ids: ids.slice(0, count),
          whole: ids.length <= count,
        });
      }),
    );
  });
});

test('no more is read than the tokens need, however long a line is, and no half of a character', () => {
  const faces = '😀'.repeat(20_000);
  for (const count of [1, 2, 3, 100])
    for (const text of [faces, `a${faces}`, `${faces}a`, `a${faces}a`]) {
      encode.mockClear();
      expect(firstTokens(text, count, tokenizer).ids).toHaveLength(count);
      expect(lastTokens(text, [], count, tokenizer).ids).toHaveLength(count);
      for (const [part] of encode.mock.calls) {
        expect(() => encodeURIComponent(part)).not.toThrow();
        expect(part.length).toBeLessThanOrEqual(count * 2 * 40 * 2);
      }
    }
});
