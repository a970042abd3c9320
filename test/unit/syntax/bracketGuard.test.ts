import { afterEach, describe, expect, test } from 'vitest';
import { BracketGuard, FillSyntax, type SpanPieces } from '../../../src/syntax';

const opened: FillSyntax[] = [];
afterEach(() => {
  for (const syntax of opened.splice(0)) syntax.dispose();
});

async function guard(language: string, texts: readonly string[], startsDocument = true) {
  const surroundings = { texts, startsDocument, endsDocument: true };
  const syntax = await FillSyntax.open(
    language,
    surroundings,
    texts.slice(1).map(() => ''),
  );
  opened.push(syntax!);
  return new BracketGuard(language, syntax!.brackets());
}

/** Which of the three closing brackets may come next in the last span. */
async function allowed(
  language: string,
  texts: readonly string[],
  pieces: SpanPieces = [null, null],
  at = pieces.indexOf(null),
  startsDocument = true,
): Promise<string> {
  const it = await guard(language, texts, startsDocument);
  return [')', ']', '}'].filter((text) => it.allows([pieces], 0, at, text)).join('');
}

describe('with all text before it known, a bracket may only close the innermost one', () => {
  test.each([
    ['typescript', 'f(a[0], { b: ', ');', '}'],
    ['typescript', `f(")]", /[)]}/, \`)\${g({})}\`, `, ');', ')'],
    ['typescriptreact', 'const a = <b c={d[', ']}>)</b>;', ']'],
    ['typescriptreact', 'const a = <b>{f(', ')}</b>;', ')'],
    ['javascript', '// (\n/* [ */ while (', ') {}', ')'],
    ['typescript', 'class A { #x; m() { f(this.#x', '); } }', ')'],
    ['typescript', 'f([ // as in (\n  ', ']);', ']'],
    ['typescript', 'f(/* as in [ */', ');', ')'],
    ['python', 'f([  # as in (\n  ', '])', ']'],
    ['typescript', 'f(a["[("', ']);', ']'],
    ['python', '# (\nx = """[""" + f"{(a)}" + g({1: [', ']})', ']'],
  ])('%s: %s', async (language, before, after, only) => {
    expect(await allowed(language, [before, after])).toBe(only);
  });

  test('what the fill itself opens comes first', async () => {
    expect(await allowed('typescript', ['f(', ');'], ['g', '({ a: [', null, null])).toBe(']');
    expect(await allowed('python', ['f(', ')'], ['"]"', ', [', null, null])).toBe(']');
    expect(await allowed('typescript', ['f(', ');'], ['"\\"[", ', null, null])).toBe(')');
    expect(await allowed('typescript', ['f(', ');'], ["'\\'[', ", null, null])).toBe(')');
    expect(await allowed('python', ['f(', ')'], ['"\\"[", ', null, null])).toBe(')');
  });

  test('at the beginning of a document nothing is open', async () => {
    expect(await allowed('typescript', ['', ''])).toBe('');
    expect(await allowed('typescript', ['const a = ', ';'])).toBe('');
    expect(await allowed('typescript', ['const a = ', ';'], undefined, undefined, false)).toBe(
      ')]}',
    );
  });

  test.each([
    ['typescript', 'class A {\n m() {\n if (x) {\n', ')'],
    ['javascript', 'const a = {\n b: {\n', ']'],
    ['typescriptreact', 'class A {\n m() {\n if (x) {\n', ')'],
    ['python', 'x = {\n', '}'],
  ])(
    'in unfinished code (%s, %j) what closes a bracket still decides on what may follow',
    async (language, before, wrong) => {
      const it = await guard(language, [before, '']);
      expect(it.allows([['}', null]], 0, 1, wrong)).toBe(false);
    },
  );

  test('what the code before lacks is not taken to be there', async () => {
    expect(await allowed('typescript', ['f(a;\ng(', ');'], [')', null, null], 1)).toBe(')');
  });

  test('what is no code behind a bracket is not read as if it were', async () => {
    const it = await guard('typescript', ['f(`[${a', '}`);']);
    const ok = (text: string) => it.allows([[null, null]], 0, 0, text);
    expect(ok('}] ')).toBe(true);
    expect(ok(')} ')).toBe(false);
    expect(ok('(b] ')).toBe(false);
  });

  test('a token is read as a whole', async () => {
    const it = await guard('typescript', ['f(', ');']);
    const ok = (text: string) => it.allows([[null, null]], 0, 0, text);
    expect(ok(').g(')).toBe(true);
    expect(ok(').g(]')).toBe(false);
    expect(ok('[]')).toBe(true);
    expect(ok('"]"')).toBe(true);
    expect(ok('plain')).toBe(true);
  });
});

describe('nothing is vetoed where it is not certain', () => {
  test.each([
    ['after a mask', 'typescript', ['f(', ');'], [null, null, 'a'], 1],
    ['in a string', 'typescript', ['f("', '");'], [null], 0],
    ['in an open string', 'typescript', ['f("', ''], [null, null], 0],
    ['in a template', 'typescript', ['f(`', '`);'], [null], 0],
    ['in a block comment', 'typescript', ['/* (', ' */'], [null], 0],
    ['in a block comment that ends in the span', 'typescript', ['/* (', '\na();'], [null, null], 0],
    ['in a line comment', 'typescript', ['f( // see ', '\n);'], [null], 0],
    ["in Python's comment", 'python', ['f( # see ', '\n)'], [null], 0],
    ['in JSX text', 'typescriptreact', ['const a = <b>', '</b>;'], [null], 0],
    ['in a regular expression', 'javascript', ['a = /[', ']/;'], [null], 0],
    ['in one that ends in the span', 'javascript', ['a = /(b|c', ';\nd();'], [null, null], 0],
    ['behind the code in a template', 'typescript', ['f(`${a', '}`);'], ['}', null], 1],
    ["behind the code in Python's string", 'python', ['f(f"{a', '}")'], ['} is', null], 1],
    ['behind the code in JSX', 'typescriptreact', ['a = <b>{c', '}</b>;'], ['} is', null], 1],
    ['behind the code in unfinished JSX', 'typescriptreact', ['a = <b>{c', ''], ['} is', null], 1],
    ['after a bracket too many before the span', 'typescript', ['a];\nf(', ');'], [null, null], 0],
    ['after a slash', 'typescript', ['f(', ');'], ['a /', null], 1],
    ['in a string of the fill', 'typescript', ['f(', ');'], ['"a', null], 1],
    ['in a comment of the fill', 'python', ['f(', ')'], ['# a', null], 1],
    ['after a bracket that is wrong already', 'typescript', ['f(', ');'], [']', null], 1],
  ] as const)('%s', async (_, language, texts, pieces, at) => {
    expect(await allowed(language, texts, pieces, at)).toBe(')]}');
  });

  test('where an earlier span is not settled, or not balanced', async () => {
    const it = await guard('typescript', ['f(', ');\ng(', ');\n']);
    const ok = (first: SpanPieces) => it.allows([first, [null, null]], 1, 0, ']');
    expect(ok(['a'])).toBe(false);
    expect(ok([null])).toBe(true);
    expect(ok(['['])).toBe(true);
    expect(ok(['`'])).toBe(true);
  });

  test('where a trivial fill of an earlier span has a length of its own', async () => {
    const it = await guard('typescript', ['const a = ', ' * f(', ');\n']);
    const ok = (text: string) => it.allows([['b'], [null, null]], 1, 0, text);
    expect(ok(')')).toBe(true);
    expect(ok(']')).toBe(false);
  });

  test('behind an earlier span in a comment or string, which a fill may end', async () => {
    const it = await guard('python', ['# see ', ' a(\n  b, c(', '))\n']);
    expect(it.allows([['d\n'], [null, null]], 1, 0, '))')).toBe(true);
  });
});

describe('the last mask of a span', () => {
  test('may not take the bracket that the text after it closes', async () => {
    expect(await allowed('typescript', ['f(', ');'], ['a', null])).toBe('');
    // With more masks to come, another bracket may still open.
    expect(await allowed('typescript', ['f(', ');'], ['a', null, null])).toBe(')');
  });

  test('nor one that a later slot closes', async () => {
    expect(await allowed('typescript', ['{ f(', '; }'], ['a', null, ')'])).toBe('');
  });

  test.each([
    ['brackets of its own', ['f(', `, [\`\${b}\`, (c)]);`], ['a']],
    ['something to go on from', ['f(1 + ', ');'], ['a']],
    ['nothing to go on from', ['f(() => { b(c)', ' });'], [';']],
  ])('nor one that text closes which has %s', async (_, texts, pieces) => {
    expect(await allowed('typescript', texts, [...pieces, null])).toBe('');
  });

  test('may close what nothing else does', async () => {
    expect(await allowed('typescript', ['f(', ';'], ['a', null])).toBe(')');
  });

  test('may close what a bracket that is wrong already does not', async () => {
    expect(await allowed('typescript', ['f(', ');'], ['a', null, ']'])).toBe(')');
  });

  test('may close what text closes that does not parse, a later span may open again, or begins something else', async () => {
    expect(await allowed('typescript', ['f(', '); let = ;'], ['a', null])).toBe(')');
    const several = await guard('typescript', ['f(', ', ', ');']);
    expect(several.allows([['a', null], [null]], 0, 1, ')')).toBe(true);
    const one = await guard('typescript', ['f(', ');']);
    expect(one.allows([['a', null]], 0, 1, ')')).toBe(false);
    expect(one.allows([['a', null]], 0, 1, ') + `')).toBe(true);
  });

  test('may be what closes nothing', async () => {
    const it = await guard('typescript', ['f(', ');']);
    expect(it.allows([['a', null]], 0, 1, '[')).toBe(true);
  });
});
