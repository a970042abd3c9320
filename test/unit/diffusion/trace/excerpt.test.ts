import fc from 'fast-check';
import { expect, test } from 'vitest';
import { excerptBetween, excerptEnds } from '../../../../src/diffusion/trace/excerpt';

const text = fc.string({
  unit: fc.constantFrom('…', '\n', 'a', '😀'),
  maxLength: 900,
  size: 'max',
});

test('a text between spans is whole, or its two ends, whatever is in it', () => {
  fc.assert(
    fc.property(text, (whole) => {
      const between = excerptBetween(whole);
      const ends = excerptEnds(between);
      if (whole.length <= 400) return between === whole && ends === null;
      const [start, end] = ends!;
      expect(whole.startsWith(start) && whole.endsWith(end)).toBe(true);
      for (const each of [start, end]) {
        expect(each.length).toBeGreaterThanOrEqual(199);
        expect(each.length).toBeLessThanOrEqual(200);
        expect(each).not.toMatch(/^\p{Cs}|\p{Cs}$/u);
      }
      return true;
    }),
  );
});
