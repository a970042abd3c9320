import { describe, expect, test } from 'vitest';
import type { PreviewLayout } from '../../../../src/editor/preview/previewLayout';
import { draw, gaps, lay } from './drawnLayout';

describe('layOut', () => {
  test('a fill of one line goes behind its span', () => {
    expect(lay('f(«a»)', ['x, y'], '⋯ step 1').layouts).toEqual([
      { kind: 'inline', text: 'x, y', remark: '⋯ step 1', remarkAt: 'line end' },
    ]);
  });

  test('a span of several lines has a box from the first step on, so that its fill does not jump', () => {
    expect(draw('a(«\n  b,\n»)\n', '░░')).toBe(['a(      |a(░░)|', '  b,', ')', ''].join('\n'));
  });

  test('a longer one goes into a box that shows the lines as they would become', () => {
    expect(draw('if (x) {\n  «one();»\n}\nrest\n', 'two();\n  three();')).toBe(
      ['if (x) {', '  one();    |two();  |', '}           |three();|', 'rest', ''].join('\n'),
    );
  });

  test('text before and after the span on its lines is part of the box', () => {
    expect(draw('a = «0»;\n\n\n', '[\n  1,\n]')).toBe(
      ['a = 0;    |a = [|', '          |  1, |', '          |];   |', ''].join('\n'),
    );
  });

  test('the other spans of its lines are filled there, too', () => {
    const rowsOf = (layout: PreviewLayout | undefined) =>
      layout?.kind === 'box' ? layout.rows.map(({ text }) => text.trimEnd()) : [];
    const code = 'const «a» = «b».«c»;\n\n\n\n\n\n';
    const among = lay(code, ['one', 'f();\nthis', 'two()']).layouts;
    expect(among.map(rowsOf)).toEqual([[], ['const one = f();', 'this.two();'], []]);
    const each = lay(code, ['one', 'f();\nthis', 'two();\nthree()']).layouts;
    expect(each.map(rowsOf)).toEqual([
      [],
      ['const one = f(); ⏎ this.two();'],
      ['this.two();', 'three();'],
    ]);
  });

  test('a span among them that is to stay as it is hides no fill beyond it', () => {
    const rowsOf = (layout: PreviewLayout | undefined) =>
      layout?.kind === 'box' ? layout.rows.map(({ text }) => text.trimEnd()) : [];
    const first = lay('const «a» = «b».«c»;\n\n\n\n', ['one', null, 'f();\nthis']).layouts;
    expect(rowsOf(first[2])).toEqual(['const one = b.f();', 'this;']);
    const last = lay('const «a» = «b».«c»;\n\n\n\n', ['one;\nlet x', null, 'two']).layouts;
    expect(rowsOf(last[0])).toEqual(['const one;', 'let x = b.two;']);
    const long = lay('«a».«b(\n  1,\n  2)».«c»;\n\n\n\n', ['one', null, 'f();\nthis']).layouts;
    expect(rowsOf(long[2])).toEqual(['  2).f();', 'this;']);
    const from = lay('«a».«b(\n  1,\n  2)».«c»;\n\n\n\n', ['f();\nthis', null, 'two']).layouts;
    expect(rowsOf(from[0])).toEqual(['f();', 'this.b(']);
  });

  test('a line that the fill leaves as it is, going on below or above it, is no part of the box', () => {
    expect(draw('  a;«»\n}\n', '\n  b;\n  c;')).toBe(
      ['  a;    |b;|', '}       |c;|', ''].join('\n'),
    );
    expect(draw('«»  a;\n}\n', '  b;\n  c;\n')).toBe(
      ['  a;    |b;|', '}       |c;|', ''].join('\n'),
    );
  });

  test('on a blank line, what is inserted below it is drawn beside that line', () => {
    expect(draw('a\n«»\n  bcdefgh\n', '\n  new();')).toBe(
      ['a', '    |new();|', '  bcdefgh', ''].join('\n'),
    );
  });

  test('line breaks alone are drawn as such', () => {
    expect(draw('a«»\nb', '\n\n')).toBe(['a    |⏎⏎|', 'b'].join('\n'));
  });

  test('the remark takes a row of its own below the fill', () => {
    expect(draw('«a»\nb\nc\nd', '1\n2', '⋯ step 1/8')).toBe(
      ['a    |1         |', 'b    |2         |', 'c    |⋯ step 1/8|', 'd'].join('\n'),
    );
    const [layout] = lay('«a»\nb\nc\nd', ['1\n2'], '⋯ step 1/8').layouts;
    expect(layout?.kind === 'box' && layout.rows.map(({ remark }) => remark)).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('at the end of a document the box moves up', () => {
    expect(draw('a\nb\n«»', '1\n2\n3')).toBe(['a    |1|', 'b    |2|', '     |3|'].join('\n'));
  });

  test('lines for which there is no room are counted', () => {
    expect(draw('a\n«b»', '1\n2\n3')).toBe(
      ['a    |1             |', 'b    |… 2 more lines|'].join('\n'),
    );
  });

  test('they are counted above the remark', () => {
    expect(draw('a\n«b»\nc', '1\n2\n3\n4', '⋯ step 1/8')).toBe(
      ['a    |1             |', 'b    |… 3 more lines|', 'c    |⋯ step 1/8    |'].join('\n'),
    );
  });

  test('a document of one line shows them in one row', () => {
    expect(draw('a(«»)', '1,\n  2')).toBe('a()    |a(1, ⏎ 2)|');
    expect(draw('a(«»)', '1,\n  2', '⋯ step 3/8')).toContain('|a(1, ⏎ 2)');
  });

  test('tabs count as the columns they take', () => {
    expect(draw('\tab«c»\nd\n', 'x\n\ty')).toBe(
      ['    abc    |abx|', 'd          |y  |', ''].join('\n'),
    );
  });

  test('a line longer than the box starts pushes only its own row', () => {
    const long = 'x'.repeat(100);
    expect(gaps(lay(`«a»\n${long}\nb`, ['1\n2\n3']).layouts[0])).toEqual([75, 2, 75]);
  });

  test('a line that goes on beyond the window has no row, be it that of the span itself', () => {
    const long = 'x'.repeat(101);
    const lines = (marked: string) => {
      const [layout] = lay(marked, ['1\n2\n3']).layouts;
      return layout?.kind === 'box' ? layout.rows.map(({ line }) => line) : [];
    };
    expect(lines(`«a»\n${long}\nb\nc\nd`)).toEqual([0, 2, 3]);
    expect(lines(`${long}«»\n${long}\nb\nc\nd`)).toEqual([2, 3, 4]);
    expect(lines(`a\nb\n${long}\n${long}«»\nc`)).toEqual([0, 1, 4]);
    expect(lines(`${long}\n${long}«»`)).toEqual([0, 1]);
    expect(gaps(lay(`${long}«»\n${long}\nb\nc\nd`, ['1\n2\n3']).layouts[0])).toEqual([4, 4, 4]);
  });

  test('however much stands before a fill on its line, its beginning is shown', () => {
    const [layout] = lay(`${'x'.repeat(99)} = «»\nb\nc`, ['begin(\n  1)']).layouts;
    expect(layout?.kind === 'box' && layout.rows[0]?.text).toMatch(/^…x{56} = begin\($/);
  });

  test('a fill never draws more rows than a screen holds', () => {
    const { layouts } = lay(`«»${'\n'.repeat(100)}`, ['x\n'.repeat(60)], '⋯ step 1/8');
    expect(gaps(layouts[0])).toHaveLength(24);
  });

  test('nor does one at the end of a long document', () => {
    const [layout] = lay(`${'\n'.repeat(100)}«»`, ['x\n'.repeat(60)]).layouts;
    const lines = layout?.kind === 'box' ? layout.rows.map(({ line }) => line) : [];
    expect(lines).toEqual(Array.from({ length: 24 }, (_, row) => 77 + row));
  });

  test('while there is no fill yet, only the remark is drawn', () => {
    expect(lay('«a\nb»', [], '⋯ starting').layouts).toEqual([
      { kind: 'inline', text: '', remark: '⋯ starting', remarkAt: 'line end' },
    ]);
  });

  test('lines that are folded away have no row', () => {
    const isHidden = (line: number) => line === 1 || line === 2;
    expect(draw('«a» {\nb\nc\n}\nd', '1\n2\n3', '', { isHidden })).toBe(
      ['a {    |1  |', 'b', 'c', '}      |2  |', 'd      |3 {|'].join('\n'),
    );
    expect(draw('«a»\nb', '1\n2', '', { isHidden: () => true })).toContain('1');
  });

  test('where the end of the line is out of sight, the remark stands behind the fill', () => {
    const long = `f(«a», ${'x'.repeat(100)});\nb`;
    const remarked = (fills: string[], columns?: number) => {
      const [layout] = lay(long, fills, '⋯ step 1', columns ? { columns } : {}).layouts;
      return layout?.kind === 'inline' && layout.remarkAt;
    };
    expect(remarked(['c'])).toBe('span');
    expect(remarked([])).toBe('span');
    const short = (columns: number) =>
      lay(`f(«a», ${'x'.repeat(33)});`, ['c'], '⋯ step 1', { columns }).layouts;
    expect(short(48)).toMatchObject([{ remarkAt: 'span' }]);
    expect(short(60)).toMatchObject([{ remarkAt: 'line end' }]);
  });

  test('of a fill that cannot be seen, there is the remark and no bar', () => {
    expect(draw('a\n«b\nc»\n', '', '∅ an empty fill')).toBe(
      ['a', 'b    |∅ an empty fill|', 'c', ''].join('\n'),
    );
    expect(draw('a\n«b\nc»\n', '  ', '∅ only white space')).toBe(
      ['a', 'b    |∅ only white space|', 'c', ''].join('\n'),
    );
    expect(draw('a\n«b\nc»\n', '')).toBe('a\nb\nc\n');
  });

  test('what an empty fill leaves of the lines is shown', () => {
    expect(draw('a(«\n  b,\n»)\n\n', '', '∅ an empty fill')).toBe(
      ['a(      |a()            |', '  b,    |∅ an empty fill|', ')', '', ''].join('\n'),
    );
  });

  test('the boxes of several spans do not run into each other', () => {
    expect(draw('a\n«b»\nc\n«d»\ne\nf', ['1\n2\n3\n4', 'x\ny'])).toBe(
      [
        'a    |1             |',
        'b    |2             |',
        'c    |… 2 more lines|',
        'd    |x|',
        'e    |y|',
        'f',
      ].join('\n'),
    );
  });

  test('nor do those of spans on one line', () => {
    expect(draw('«a» «b»\nc\nd\ne', ['1\n2', 'x\ny\nz'])).toBe(
      ['a b    |1 ⏎ 2 x|', 'c    |2 x|', 'd    |y  |', 'e    |z  |'].join('\n'),
    );
  });

  test('a box keeps clear of what is drawn behind the spans beside it', () => {
    const { layouts } = lay('«a»\n«b»\nc', ['1\n2', 'a longer fill']);
    expect(gaps(layouts[0])).toEqual([17, 4]);
  });
});

test('control characters are drawn, in a fill and in what stands beside it', () => {
  expect(lay('a(«x»)', ['b\fc']).layouts[0]).toMatchObject({ text: 'b␌c' });
  expect(draw('\u202ea(«x»)\n\n', 'b\fc\nd')).toContain('�a(b␌c');
});
