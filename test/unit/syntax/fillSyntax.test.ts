import { createRequire } from 'node:module';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { FillSyntax } from '../../../src/syntax';
import type { SpanBrackets } from '../../../src/syntax/fillSyntax';

const opened: FillSyntax[] = [];
afterEach(() => {
  for (const syntax of opened.splice(0)) syntax.dispose();
});

async function around(
  language: string,
  texts: readonly string[],
  {
    present = texts.slice(1).map(() => ''),
    whole = true,
    isOver = undefined as (() => boolean) | undefined,
  } = {},
): Promise<FillSyntax> {
  const surroundings = { texts, startsDocument: whole, endsDocument: whole };
  const syntax = await FillSyntax.open(
    language,
    surroundings,
    present,
    isOver && { during: (work) => work(isOver) },
  );
  opened.push(syntax!);
  return syntax!;
}

describe('new parse errors', () => {
  test.each([
    ['typescript', ['const a: number = ', ';\n'], 'f(1)', 'f(1'],
    ['typescriptreact', ['const a = ', ';\n'], '<b>{1}</b>', '<b>{1}'],
    ['javascript', ['function f() {\n  ', '\n}\n'], 'return 1;', 'return (;'],
    ['javascriptreact', ['const a = ', ';\n'], '<b/>', '<b'],
    ['python', ['def f():\n    ', '\n'], 'return [1]', 'return [1'],
  ])('are found in %s', async (language, texts, good, bad) => {
    const syntax = await around(language, texts);
    expect(syntax.newErrors([good])).toBe(0);
    expect(syntax.newErrors([bad])).toBeGreaterThan(0);
  });

  test('are those of all spans together', async () => {
    const syntax = await around('typescript', ['f(', ');\ng(', ');\n']);
    expect(syntax.newErrors(['a', 'b\n'])).toBe(0);
    expect(syntax.newErrors(['a', ']'])).toBeGreaterThan(0);
    expect(syntax.newErrors([']', 'a'])).toBeGreaterThan(0);
    expect(syntax.newErrors(['(a', 'a'])).toBe(1);
    expect(syntax.newErrors(['(a', '(a'])).toBe(2);
  });

  test('do not count what was broken before', async () => {
    const syntax = await around('typescript', ['let = ;\nconst a = ', ';\n']);
    expect(syntax.unavoidable).toBeGreaterThan(0);
    expect(syntax.newErrors(['1'])).toBe(0);
    expect(syntax.newErrors(['(1'])).toBeGreaterThan(0);
    const open = await around('typescript', ['f(', ';\n']);
    expect(open.unavoidable).toBe(1);
    // Which closes it: fewer than none are new.
    expect(open.newErrors(['a)'])).toBe(0);
  });

  test('nor what the text that stood there left', async () => {
    const present = ['if (a) {'];
    const syntax = await around('typescript', ['', '\n  f();\n}\n'], { present });
    expect(syntax.unavoidable).toBe(0);
    expect(syntax.newErrors(['while (b) {'])).toBe(0);
  });

  test('count a fill that is not known yet as one that does no harm', async () => {
    const syntax = await around('typescript', ['const a = ', ';\nconst b = ', ';\n']);
    expect(syntax.newErrors(['1', ''])).toBeGreaterThan(0);
    expect(syntax.newErrors(['1', null])).toBe(0);
    expect(syntax.newErrors([null, null])).toBe(0);
    expect(syntax.newErrors(['(1', null])).toBeGreaterThan(0);
  });

  test('and where no trivial fill suits all of those, as what stood there', async () => {
    const texts = ['f(', ');\nconst o = {\n  ', '\n  c,\n};\nconst a = ', ';\n'];
    const syntax = await around('typescript', texts, { present: ['1', 'b,', '2'] });
    expect(syntax.newErrors(['3', null, null])).toBe(0);
    expect(syntax.newErrors(['(3', null, null])).toBe(1);
  });

  test('a parse after an edit finds what a fresh one finds', async () => {
    const before = 'class A {\n  f() {\n    return `a${'.concat('b}`;\n  }\n}\n');
    const texts = [`${before}const é = "😀";\nconst x = [`, '];\nconst y = {', '};\n'];
    const edited = await around('typescript', texts);
    for (const fills of [
      ['1, 2', 'a: 1'],
      ['(\n', 'a'],
      ["'a\n'", '}{'],
      ['`\n${', '`'],
    ]) {
      const [first = '', second = ''] = fills;
      const fresh = await around('typescript', [
        `${texts[0]}${first}${texts[1]}${second}${texts[2]}`,
        '',
      ]);
      expect(edited.errors(fills)).toBe(fresh.errors(['']));
    }
  });

  test('a part of a document is parsed from and to its outermost level', async () => {
    const before = '    }\n    else { more(); }\n  }\n}\nfunction g() {\n  return ';
    const after = ';\n}\nfunction h() {\n  if (a) {\n    b(';
    const syntax = await around('typescript', [before, after], { whole: false });
    expect(syntax.unavoidable).toBe(0);
    expect(syntax.newErrors(['1'])).toBe(0);
    expect(syntax.newErrors(['1)'])).toBeGreaterThan(0);
  });

  test('a long document costs no more than its surroundings', async () => {
    const block = `function f(a) {\n  return [a, { b: \`\${a}\` }];\n}\n`;
    const long = block.repeat(20_000);
    const syntax = await around('javascript', [`${long}const x = `, `;\n${long}`]);
    expect(syntax.newErrors(['f(1)'])).toBe(0);
    expect(syntax.newErrors(['f(1'])).toBeGreaterThan(0);
  });
});

describe('texts that are not nice', () => {
  const long = 'f([1, 2, 3]);\n'.repeat(1000);

  test('are not waited for', async () => {
    let isOver = true;
    const syntax = await around('typescript', [long, long], { isOver: () => isOver });
    expect(() => syntax.newErrors(['f(1)'])).toThrow('took too long');
    expect(() => syntax.brackets()).toThrow('took too long');
    isOver = false;
    expect(syntax.newErrors(['f(1'])).toBeGreaterThan(0);
  });

  test('of what the parser was stopped in, nothing is left for the next', async () => {
    let isOver = false;
    const syntax = await around('typescript', ['f(', `);\n${long}`], { isOver: () => isOver });
    expect(syntax.errors(['1'])).toBe(0);
    isOver = true;
    expect(() => syntax.errors(['`'])).toThrow('took too long');
    isOver = false;
    expect(syntax.errors(['2'])).toBe(0);
  });

  test('are not waited for either where they are read off the tree', async () => {
    let asked = 0;
    const broken = 'f();\n)\n'.repeat(40);
    const isOver = () => ++asked > 20;
    const syntax = await around('typescript', [broken, ''], { isOver });
    expect(() => syntax.errors([''])).toThrow('took too long');
    expect(asked).toBe(21);
  });

  test('may be as deep as they are long', async () => {
    const depth = 5000;
    const texts = [`x = ${'['.repeat(depth)}`, `${']'.repeat(depth)}\n`];
    const syntax = await around('typescript', texts, { isOver: () => false });
    expect(syntax.newErrors(['1'])).toBe(0);
    expect(syntax.newErrors([')'])).toBeGreaterThan(0);
    const [{ open, closed }] = syntax.brackets() as [SpanBrackets];
    expect([open?.expected.length, closed?.length]).toEqual([depth, depth]);
  });

  test('a selection that is too long is not parsed', async () => {
    let asked = 0;
    const isOver = () => ++asked < 0;
    const present = ['f([1, 2, 3]);\n'.repeat(5000)];
    const syntax = await around('typescript', ['const a = ', ';\n'], { present, isOver });
    expect(syntax.newErrors(['1'])).toBe(0);
    expect(syntax.newErrors(['(1'])).toBeGreaterThan(0);
    expect(asked).toBeLessThan(10);
  });

  test('behind a gap between spans no bracket is certain', async () => {
    const far = 'const a = 1;\n'.repeat(12_000);
    const near = await around('typescript', ['f(', `);\n${far.slice(0, 1300)}g(`, ');\n']);
    expect(near.brackets().map(({ open }) => open?.expected)).toEqual([[')'], [')']]);
    const apart = await around('typescript', ['f(', `);\n${far}g(`, ');\n']);
    expect(apart.brackets().map(({ open }) => open?.expected)).toEqual([[')'], undefined]);
    expect(apart.newErrors(['1', '2'])).toBe(0);
    expect(apart.newErrors(['1', '2)'])).toBeGreaterThan(0);
  });
});

test('a language without a grammar has no opinion', async () => {
  const surroundings = { texts: ['', ''], startsDocument: true, endsDocument: true };
  for (const language of ['cobol', null, 'constructor'])
    expect(await FillSyntax.open(language, surroundings, [''])).toBeUndefined();
});

test('what has walked over a tree is freed, also where the text before a span is not clear', async () => {
  const { Node, TreeCursor } = createRequire(import.meta.url)('@vscode/tree-sitter-wasm');
  const begun = vi.spyOn(Node.prototype, 'walk');
  const freed = vi.spyOn(TreeCursor.prototype, 'delete');
  const syntax = await around('typescript', ['f(1)); g(2);\nh(', ');\n']);
  expect(syntax.brackets()[0]!.open).toBeUndefined();
  expect(begun).toHaveBeenCalled();
  expect(freed).toHaveBeenCalledTimes(begun.mock.calls.length);
});
