import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copiesFor } from '../../../../src/diffusion/search/copies';

const copies = (before: string, after: string, count = 2) =>
  copiesFor({ before, after: [after] }, count);

describe('copies for a gap', () => {
  test('come from a place with the same surroundings', () => {
    const before = 'on("open", onOpen);\non("close", onClose);\nonce("open", ';
    expect(copies(before, ');\n', 1)).toEqual(['onOpen']);
  });

  test('may be of several words and of the text behind the gap', () => {
    expect(copies('return ', ';\n}\nreturn this.first + 1;\n', 1)).toEqual(['this.first + 1']);
  });

  test('end with a line where nothing goes on as behind the gap', () => {
    expect(copies('import a\nimport ', '', 1)).toEqual(['a']);
  });

  test('do not run into the word behind the gap', () => {
    expect(copies('from a\nfrom ', 'ble import c\n', 4)).toEqual([]);
    expect(copies('from a\nfrom ', ';\n', 1)).toEqual(['a']);
  });

  test('come first where more agrees, and shorter ones before longer ones', () => {
    const before = 'f(a, b);\ng(a, c);\ng(a, ';
    expect(copies(before, ');', 4)).toEqual(['c', 'c);', 'b', 'b);\ng(a, c']);
  });

  test('are worth what the place where most agrees makes them', () => {
    expect(copies('g(a, b);\nf(a, c);\nh(e, b);\ng(a, ', ');', 1)).toEqual(['b']);
  });

  test('of places that agree as much the shorter one comes first', () => {
    expect(copies('f(a + b);\ng(c);\nh(', ');', 1)).toEqual(['c']);
  });

  test('are no white space alone', () => {
    expect(copies('a b\na', 'b', 4)).toEqual([]);
  });

  test('are none where nothing recurs, and none where none are asked for', () => {
    expect(copies('const a = ', ';')).toEqual([]);
    expect(copies('', '')).toEqual([]);
    expect(copies('x = 1;\nx = ', ';', 0)).toEqual([]);
  });

  test('come from no farther than a model reads, and are no longer than 64 parts', () => {
    const before = (lines: number) =>
      copies(`zebra(a);\n${'x = 1;\n'.repeat(lines)}zebra(`, ');', 1);
    const behind = (lines: number) =>
      copies('zebra(', `);\n${'x = 1;\n'.repeat(lines)}zebra(a);\n`, 1);
    for (const far of [before, behind]) {
      expect(far(10)).toEqual(['a']);
      expect(far(1000)).toEqual([]);
    }
    const long = (words: number) => copies(`go(${'a '.repeat(words)})!\nrun(`, ')!', 1);
    expect(long(32)).toEqual(['a '.repeat(32)]);
    expect(long(33)).toEqual([]);
  });

  test('are distinct stretches of the text that follow what stands before the gap', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', ' ', '\n', '(', ')', 'é', '😀'), {
        maxLength: 60,
        size: 'max',
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, fc.integer({ min: 0, max: 4 }), (before, after, count) => {
        const found = copies(before, after, count);
        expect(found.length).toBeLessThanOrEqual(count);
        expect(new Set(found).size).toBe(found.length);
        for (const copy of found) {
          expect(copy.trim()).not.toBe('');
          const last = before.match(/\s+$|[a-zé]+$|.$/u)![0];
          expect([before, after].some((source) => source.includes(`${last}${copy}`))).toBe(true);
        }
      }),
    );
  });
});
