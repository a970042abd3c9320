import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recognised } from '../../../../src/editor/place/recognition';
import type { Span } from '../../../../src/editor/span/spans';

const lines = Array.from({ length: 12 }, (_, line) => `  const value${line} = read(${line});\n`);
const text = lines.join('');

/** Where a text stands that occurs once. */
function spanOf(sought: string, within = text): Span {
  const start = within.indexOf(sought);
  expect(within.split(sought)).toHaveLength(2);
  return { start, end: start + sought.length };
}

describe('a span is found again', () => {
  test('between edits above and below it', () => {
    const after = `first\n${lines.with(2, 'x;\n').with(9, '').join('')}last`;
    const spans = ['read(5)', 'read(6)'].map((each) => spanOf(each));
    const found = ['read(5)', 'read(6)'].map((each) => spanOf(each, after));
    expect(recognised(text, spans, after)).toEqual(found);
  });

  test('where only white space around it is another', () => {
    const after = text.replaceAll(/\s+/g, ' ');
    expect(recognised(text, [spanOf('read(5)')], after)).toEqual([spanOf('read(5)', after)]);
    const spread = text.replaceAll('(', '(\n\t').replaceAll(';', ' ;');
    expect(recognised(text, [spanOf('value5')], spread)).toEqual([spanOf('value5', spread)]);
  });

  test('where only white space right beside it is another', () => {
    const span = spanOf('read(5)');
    for (const [from, to] of [
      ['= read(5)', '=\n    read(5)'],
      ['read(5);', 'read(5) ;'],
    ] as const) {
      const after = text.replace(from, to);
      expect(recognised(text, [span], after)).toEqual([spanOf('read(5)', after)]);
    }
  });

  test('in a short text of which all is the same', () => {
    const after = '\nf(a);\n\n';
    expect(recognised('f(a);', [spanOf('a', 'f(a);')], after)).toEqual([spanOf('a', after)]);
  });

  test('that holds nothing, or white space, where what is beside it is the same', () => {
    const cursor = { start: text.indexOf('read(5)'), end: text.indexOf('read(5)') };
    const lineEnd = spanOf(';\n  const value7');
    const blank = { start: lineEnd.start + 1, end: lineEnd.start + 3 };
    const after = `\n${lines.with(0, '').with(11, '').join('')}`;
    const shift = after.indexOf('read(5)') - cursor.start;
    const moved = [cursor, blank].map(({ start, end }) => ({
      start: start + shift,
      end: end + shift,
    }));
    expect(recognised(text, [cursor, blank], after)).toEqual(moved);
    const joined = after.replace(';\n  const value7', '; const value7');
    expect(recognised(text, [blank], joined)).toBeNull();
    expect(recognised(text, [cursor], after.replace('= read(5)', '=\nread(5)'))).toBeNull();
  });

  test('also where its like stands elsewhere, which is less like it', () => {
    const block = 'function f() {\n  return one + two + three + four;\n}\n';
    const twice = `${'// the first of two that are alike, by and large\n'}${block}const between = 1;\n${block}`;
    const start = twice.indexOf('one');
    const after = twice
      .replace('between = 1', 'between = 2')
      .replace('four;\n}\nconst', 'four;\n}\n\nconst');
    const found = recognised(twice, [{ start, end: start + 3 }], `${after}// more`);
    expect(found).toEqual([{ start, end: start + 3 }]);
  });
});

describe('a span is not found', () => {
  test.each([
    ['its own text is another', (each: string) => each.replace('read(5)', 'read(55)')],
    ['white space within it is another', (each: string) => each.replace('value5 =', 'value5  =')],
    ['it is gone', () => lines.with(5, '').join('')],
    ['what is right beside it is another', (each: string) => each.replace('read(5);', 'read(5)!;')],
    ['little around it is the same', () => lines.slice(5, 6).join('')],
    ['nothing is left', () => ''],
    ['it is there twice', (each: string) => each + each],
  ])('where %s', (_, edit) => {
    expect(recognised(text, [spanOf('value5 = read(5)')], edit(text))).toBeNull();
  });

  test('where little around it is the same, though the text begins or ends there', () => {
    const [first, second] = lines;
    const [last, other] = [lines.at(-1), lines.at(-2)];
    const head = `${first}${second}nothing of the rest is left\n`;
    const tail = `nothing of the rest is left\n${other}${last}`;
    expect(recognised(text, [spanOf('read(0)')], head)).toBeNull();
    expect(recognised(text, [spanOf('read(11)')], tail)).toBeNull();
  });

  test.each([
    ['', 'four'],
    [
      ' of a block that is as long as what is looked at',
      'four + five + six + seven + eight + nine + ten',
    ],
  ])('where it is gone and its like is left%s', (_, end) => {
    const block = `function f() {\n  return one + two + three + ${end};\n}\n`;
    const twice = `first;\n${block}const between = 1;\n${block}last;\n`;
    for (const start of [twice.indexOf('two'), twice.lastIndexOf('two')]) {
      const own = twice.lastIndexOf('function', start);
      const without = twice.slice(0, own) + twice.slice(own + block.length);
      expect(recognised(twice, [{ start, end: start + 3 }], without)).toBeNull();
    }
  });

  test('where one of several is not, or they have changed places', () => {
    const spans = [spanOf('read(3)'), spanOf('read(8)')];
    expect(recognised(text, spans, text.replace('read(8)', 'read(9)'))).toBeNull();
    const after = [...lines.slice(6), ...lines.slice(0, 6)].join('');
    expect(recognised(text, [spans[0]!], after)).toEqual([spanOf('read(3)', after)]);
    expect(recognised(text, spans, after)).toBeNull();
  });

  test('where it would be sought among too many', () => {
    const many = 'a'.repeat(5_000);
    expect(recognised(many, [{ start: 2_000, end: 2_001 }], `${many}a`)).toBeNull();
  });
});

/** Distinct lines, so that there is no doubt where each has gone. */
const distinct = (count: number, name: string) =>
  Array.from({ length: count }, (_, line) => `  ${name}(${line}, 'of distinct lines');\n`);

test('edits of whole lines that are not close leave every span on its text', () => {
  const edits = fc.record({
    lines: fc.integer({ min: 20, max: 60 }).map((count) => distinct(count, 'line')),
    at: fc.integer({ min: 6, max: 13 }),
    column: fc.integer({ min: 2, max: 20 }),
    length: fc.integer({ min: 0, max: 60 }),
    above: fc.tuple(fc.nat(3), fc.nat(3)),
    below: fc.tuple(fc.nat(3), fc.nat(3)),
  });
  fc.assert(
    fc.property(edits, ({ lines, at, column, length, above, below }) => {
      const before = lines.join('');
      const start = lines.slice(0, at).join('').length + column;
      const span = { start, end: start + length };
      // Three lines before it and six behind it start stay.
      const head = lines.slice(0, at - 3);
      const kept = lines.slice(at - 3, at + 6);
      const tail = lines.slice(at + 6);
      head.splice(0, above[0], ...distinct(above[1], 'above'));
      tail.splice(0, below[0], ...distinct(below[1], 'below'));
      const after = [...head, ...kept, ...tail].join('');
      const shift = after.indexOf(kept[0]!) - before.indexOf(kept[0]!);
      const moved = { start: span.start + shift, end: span.end + shift };
      expect(recognised(before, [span], after)).toEqual([moved]);
    }),
  );
});

/** Texts of few characters, in which all that there is stands in many places. */
const repetitive = fc.string({
  unit: fc.constantFrom('a', 'b', ' ', '\n'),
  minLength: 0,
  maxLength: 120,
});

test('whatever a text has become, a span that is found holds its text, between what it stood between', () => {
  const cases = fc.record({
    before: repetitive,
    after: repetitive,
    cut: fc.tuple(fc.nat(), fc.nat()),
    around: repetitive,
  });
  fc.assert(
    fc.property(cases, ({ before, after, cut, around }) => {
      const [start, end] = cut.map((each) => each % (before.length + 1)).sort((a, b) => a - b);
      const span = { start: start!, end: end! };
      for (const next of [after, around + before, around + before + after, before + around]) {
        const [found] = recognised(before, [span], next) ?? [];
        if (!found) continue;
        expect(next.slice(found.start, found.end)).toBe(before.slice(span.start, span.end));
        const beside = (of: string, { start, end }: Span) => [
          of.slice(0, start).replaceAll(/\s/g, '').slice(-8),
          of.slice(end).replaceAll(/\s/g, '').slice(0, 8),
        ];
        const [left = '', right = ''] = beside(before, span);
        const [foundLeft = '', foundRight = ''] = beside(next, found);
        expect(foundLeft.endsWith(left)).toBe(true);
        expect(foundRight.startsWith(right)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('where a stretch with the span is taken out, its like elsewhere is not taken for it', () => {
  const cases = fc.record({
    before: fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 300 }),
    cuts: fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()),
  });
  fc.assert(
    fc.property(cases, ({ before, cuts }) => {
      const sorted = cuts.map((each) => each % (before.length + 1)).sort((a, b) => a - b);
      const [from, start, end, to] = sorted as [number, number, number, number];
      const after = before.slice(0, from) + before.slice(to);
      const [found] = recognised(before, [{ start, end }], after) ?? [];
      if (!found) return;
      // Only at the seam may something be as like it as nothing was before.
      let [left, right] = [0, 0];
      while (found.start - left > 0 && after[found.start - left - 1] === before[start - left - 1])
        left++;
      while (found.end + right < after.length && after[found.end + right] === before[end + right])
        right++;
      expect(found.start - left).toBeLessThanOrEqual(from);
      expect(found.end + right).toBeGreaterThanOrEqual(from);
    }),
    { numRuns: 2_000 },
  );
});
