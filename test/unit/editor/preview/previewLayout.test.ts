import { describe, expect, test } from 'vitest';
import type { DrawnDocument, SpanPreview } from '../../../../src/editor/preview/drawnDocument';
import { layOut, type PreviewLayout } from '../../../../src/editor/preview/previewLayout';

interface Laid {
  readonly document: DrawnDocument;
  readonly layouts: readonly PreviewLayout[];
}

/** Lays out fills for a document in which the spans are marked with « and ». */
function lay(
  marked: string,
  fills: readonly string[],
  remark = '',
  editor: Partial<DrawnDocument & SpanPreview> = {},
): Laid {
  const { whole = '', columns = Number.POSITIVE_INFINITY, isHidden = () => false } = editor;
  const place = (text: string) => {
    const before = text.replace(/[«»]/g, '').split('\n');
    return { line: before.length - 1, character: before.at(-1)!.length };
  };
  const offsets = (mark: string) => [...marked.matchAll(new RegExp(mark, 'g'))].map((m) => m.index);
  const ends = offsets('»').map((offset) => place(marked.slice(0, offset)));
  const previews = offsets('«').map((offset, index): SpanPreview => {
    const start = place(marked.slice(0, offset));
    return {
      startLine: start.line,
      startCharacter: start.character,
      endLine: ends[index]!.line,
      endCharacter: ends[index]!.character,
      fill: fills[index] ?? null,
      remark: index === 0 ? remark : '',
      whole,
    };
  });
  const lines = marked.replace(/[«»]/g, '').split('\n');
  const document = {
    lines: (line: number) => lines[line]!,
    lineCount: lines.length,
    tabSize: 4,
    columns,
    isHidden,
  };
  return { document, layouts: layOut(document, previews) };
}

/** The document with its boxes, as the editor would show them. */
function draw(
  marked: string,
  fills: string | readonly string[],
  remark = '',
  editor: Partial<DrawnDocument & SpanPreview> = {},
): string {
  const texts = typeof fills === 'string' ? [fills] : fills;
  const { document, layouts } = lay(marked, texts, remark, editor);
  const shown = Array.from({ length: document.lineCount }, (_, line) =>
    document.lines(line).replaceAll('\t', '    '),
  );
  for (const layout of layouts) {
    if (layout.kind === 'inline') continue;
    for (const row of layout.rows) shown[row.line] += `${' '.repeat(row.gap)}|${row.text}|`;
  }
  return shown.join('\n');
}

function gaps(layout: PreviewLayout | undefined): number[] {
  return layout?.kind === 'box' ? layout.rows.map((row) => row.gap) : [];
}

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

describe('in an editor with a window to itself', () => {
  const long = `const value = ${'x'.repeat(56)};`;
  const widest = (drawn: string) => Math.max(...drawn.split('\n').map((line) => line.length));

  test('one that would have several go on in the next row reaches further than is sure to be seen', () => {
    const drawn = draw(`«${long}»\n${`${long}\n`.repeat(8)}`, `${'y'.repeat(40)}\n`.repeat(2));
    expect(drawn).not.toContain('↪');
    expect(widest(drawn)).toBeGreaterThan(104 + 2);
    expect(widest(drawn)).toBeLessThanOrEqual(130 + 2);
  });

  test('a box beside long lines has its own go on in the next row, so that it ends within the window', () => {
    const drawn = draw(`«${long}»\n${`${long}\n`.repeat(8)}`, `${'y'.repeat(60)}\nz();`);
    expect(drawn).toContain('↪');
    expect(widest(drawn)).toBeLessThanOrEqual(104 + 2);
    expect(drawn.split('\n')[0]).toContain(`|${'y'.repeat(24)}|`);
    expect(drawn.match(/y/g)).toHaveLength(60);
  });

  test('or stands beside shorter ones, where these are near', () => {
    const drawn = draw(`«${long}»\na\nb\n${long}\n`, `${'y'.repeat(60)}\nz();`).split('\n');
    expect(drawn.slice(0, 3)).toEqual([
      long,
      `a    |${'y'.repeat(60)}|`,
      `b    |z();${' '.repeat(56)}|`,
    ]);
  });

  test('one of which nothing has room there goes on beyond it, whole', () => {
    const longer = 'x'.repeat(99);
    const drawn = draw(`«${longer}»\n${longer}\n`, `${'y'.repeat(60)}\nz();`);
    expect(drawn.split('\n')[0]).toContain('y'.repeat(60));
  });
});

describe('where few columns are visible', () => {
  const narrow = { columns: 48, whole: 'Compare' };
  const code = [
    'function f(a) {',
    '  «return a;»',
    '}',
    '',
    `const x = ${'y'.repeat(40)};`,
    '',
    'f(1);',
    '',
    '',
    '',
  ].join('\n');
  const widest = (drawn: string) => Math.max(...drawn.split('\n').map((line) => line.length));

  test('a box stands where it is seen whole, past the lines that are too long for it', () => {
    const drawn = draw(code, 'if (a) {\n    return b;\n  }\n  return a;', '', narrow);
    expect(drawn).toBe(
      [
        'function f(a) {',
        '  return a;    |if (a) {         |',
        '}              |  return b;      |',
        '               |}                |',
        `const x = ${'y'.repeat(40)};`,
        '               |return a;        |',
        'f(1);          |4 lines — Compare|',
        '',
        '',
        '',
      ].join('\n'),
    );
  });

  test('lines that are too long for a row go on in the next', () => {
    const drawn = draw(code, `one(\n    ${'z'.repeat(60)})`, '', narrow);
    expect(widest(drawn.replace(/^const.*$/m, ''))).toBeLessThanOrEqual(48 + 2);
    expect(drawn.match(/↪/g)!.length).toBeGreaterThan(0);
    expect(drawn.match(/z/g)).toHaveLength(60);
    expect(drawn.split('\n')[1]).toContain('|one(');
    expect(drawn).toContain('2 lines — Compare');
  });

  test('its lines are whole where it stands no further away for that, and else go on in the next row', () => {
    const fill = `${'z'.repeat(40)}\ny`;
    const beside = (line: string) =>
      draw(`${line}«»\n${line}\n${line}\n${line}\n\n\n\n`, `\n${fill}`, '', {
        columns: 80,
      });
    expect(beside('x'.repeat(36)).split('\n')[0]).toContain('z'.repeat(40));
    expect(beside('x'.repeat(37)).split('\n')[1]).toContain(`|↪ ${'z'.repeat(8)}`);
  });

  test('a fill of one line that would end beyond them has a box', () => {
    const far = `f(${'x'.repeat(60)}«a»)\nb`;
    expect(lay(far, [], '⋯ starting', narrow).layouts[0]?.kind).toBe('inline');
    expect(lay(far, ['c'], '⋯ starting', narrow).layouts[0]?.kind).toBe('box');
    const { layouts } = lay(code, [`return ${'b'.repeat(40)};`], '', narrow);
    expect(layouts[0]?.kind).toBe('box');
    expect(lay(code, ['return b;'], '', narrow).layouts[0]?.kind).toBe('inline');
    expect(lay('f(«»)', ['b'.repeat(60)], '', narrow).layouts[0]?.kind).toBe('inline');
  });

  test('where nothing has room, what is left out is counted', () => {
    const long = 'x'.repeat(47);
    const between = `\n${long}\n${long}\n`;
    expect(draw(`«a»${between}b`, '1\n2\n3\n4', '', narrow)).toBe(
      ['a    |1                       |', long, long, 'b    |… 3 more lines — Compare|'].join('\n'),
    );
    const one = 'z'.repeat(60);
    expect(draw(`«a»\n${long}`, `1\n${one}`, '', narrow)).toContain('|2 lines — Compare|');
    expect(draw(`«a»${between}b\n${long}\nc`, `1\n${one}`, '', narrow)).toBe(
      [
        'a    |1                       |',
        long,
        long,
        `b    |${'z'.repeat(23)}…|`,
        long,
        'c    |2 lines — Compare       |',
      ].join('\n'),
    );
  });

  test('nothing is said of a run that goes on', () => {
    expect(draw(code, 'a\nb', '⋯ step 1/8', { columns: 48 })).not.toContain('lines');
  });
});

test('control characters are drawn, in a fill and in what stands beside it', () => {
  expect(lay('a(«x»)', ['b\fc']).layouts[0]).toMatchObject({ text: 'b␌c' });
  expect(draw('\u202ea(«x»)\n\n', 'b\fc\nd')).toContain('�a(b␌c');
});
