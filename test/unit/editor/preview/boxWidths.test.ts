import { describe, expect, test } from 'vitest';
import { draw, lay } from './drawnLayout';

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

  test('a fill behind a span that reaches to its edge has a box, unless the span itself is beyond it', () => {
    const at = (column: number) =>
      lay(`${'x'.repeat(column)}«${'a'.repeat(40)}»;\nb\nc`, ['y'.repeat(30)]).layouts[0]?.kind;
    expect(at(34)).toBe('inline');
    expect(at(35)).toBe('box');
    expect(at(104)).toBe('box');
    expect(at(105)).toBe('inline');
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

  test('in a very narrow editor a short fill stands beside a line that leaves it room, not past them all', () => {
    const drawn = draw('«one(\n  two(three))»;\n  return x;\n}\n\n\n', 'one', '', { columns: 28 });
    expect(drawn.split('\n').findIndex((line) => line.includes('|one;'))).toBe(0);
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
