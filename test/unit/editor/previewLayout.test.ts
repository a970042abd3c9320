import { describe, expect, test } from 'vitest';
import { layOut, type PlacedSpan } from '../../../src/editor/previewLayout';

/** A document in which the span is marked with « and ». */
function place(marked: string): PlacedSpan {
  const at = (mark: string, text: string) => {
    const before = text.slice(0, text.indexOf(mark)).split('\n');
    return { line: before.length - 1, character: before.at(-1)!.length };
  };
  const start = at('«', marked);
  const end = at('»', marked.replace('«', ''));
  const lines = marked.replace(/[«»]/g, '').split('\n');
  return {
    lines: (line) => lines[line]!,
    lineCount: lines.length,
    startLine: start.line,
    startCharacter: start.character,
    endLine: end.line,
    endCharacter: end.character,
    tabSize: 4,
  };
}

/** What the editor would show, box and all. */
function draw(marked: string, fill: string, remark = ''): string {
  const span = place(marked);
  const layout = layOut(span, fill, remark);
  if (layout.kind === 'inline') return layout.text;
  const shown = Array.from({ length: span.lineCount }, (_, line) =>
    span.lines(line).replaceAll('\t', '    '),
  );
  for (const row of layout.rows) shown[row.line] += `${' '.repeat(row.gap)}|${row.text}|`;
  return shown.join('\n');
}

describe('layOut', () => {
  test('a fill of one line goes behind its span', () => {
    expect(layOut(place('f(«a»)'), 'x, y', '⋯ step 1')).toEqual({
      kind: 'inline',
      text: 'x, y',
      remark: '⋯ step 1',
    });
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

  test('the remark takes a row of its own below the fill', () => {
    expect(draw('«a»\nb\nc\nd', '1\n2', '⋯ step 1/8')).toBe(
      ['a    |1         |', 'b    |2         |', 'c    |⋯ step 1/8|', 'd'].join('\n'),
    );
  });

  test('at the end of a document the box moves up', () => {
    expect(draw('a\nb\n«»', '1\n2\n3')).toBe(['a    |1|', 'b    |2|', '     |3|'].join('\n'));
  });

  test('lines for which there is no room are counted', () => {
    expect(draw('a\n«b»', '1\n2\n3')).toBe(
      ['a    |1             |', 'b    |… 2 more lines|'].join('\n'),
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
    const layout = layOut(place(`«a»\n${long}\nb`), '1\n2\n3', '');
    expect(layout.kind === 'box' && layout.rows.map((row) => row.gap)).toEqual([75, 2, 75]);
  });

  test('a fill never draws more rows than a screen holds', () => {
    const layout = layOut(place(`«»${'\n'.repeat(100)}`), 'x\n'.repeat(60), '⋯ step 1/8');
    expect(layout.kind === 'box' && layout.rows.length).toBeLessThanOrEqual(25);
  });
});
