import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  excerptBetween,
  excerptEnds,
  firstLines,
  lastLines,
} from '../../../../src/diffusion/trace/excerpt';

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
    { examples: [['a'.repeat(400)], ['a'.repeat(401)]] },
  );
});

test('of the text around the spans a few lines on each side are shown', () => {
  const text = Array.from({ length: 20 }, (_, line) => `line ${line}`).join('\n');
  expect(lastLines(text)).toBe('line 16\nline 17\nline 18\nline 19');
  expect(firstLines(text)).toBe('line 0\nline 1\nline 2\nline 3');
  expect(lastLines('short')).toBe('short');
});
