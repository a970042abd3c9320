import { afterBracket, closerOf, END_OF_CODE, type OpenBrackets } from './brackets';

/** The kinds of languages that differ in what a quote, a slash, a hash or a `<` begins. */
export type Lexis = 'javascript' | 'jsx' | 'python';

/**
 * Where a text ends that began in code.
 * `code`: its brackets have been followed. `unknown`: in a string or comment, or something began that only a parser
 * can tell (a template, a regular expression or a division, JSX). `broken`: a bracket closed what was not open.
 */
export type ScanEnd =
  | { readonly at: 'code'; readonly open: OpenBrackets }
  | { readonly at: 'unknown' | 'broken' };

const brackets = new Set(Object.entries(closerOf).flat());

const opaqueInJavaScript =
  /\/\/[^\n]*(?=\n)|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y;

/** What begins at one place and is no code: its end is looked for, and nothing in it is a bracket. */
const opaque: Readonly<Record<Lexis, RegExp>> = {
  javascript: opaqueInJavaScript,
  jsx: opaqueInJavaScript,
  python:
    /#[^\n]*(?=\n)|"""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?'''|"(?!"")(?:[^"\\\n]|\\[\s\S])*"|'(?!'')(?:[^'\\\n]|\\[\s\S])*'/y,
};

/** What begins something of which the end was not found, or of which only a parser knows what it is. */
const opening: Readonly<Record<Lexis, RegExp>> = {
  javascript: /["'`/]/,
  jsx: /["'`/<]/,
  python: /["'#]/,
};

/** Reads a text that begins in code where the given brackets are open. */
export function scan(open: OpenBrackets, text: string, lexis: Lexis): ScanEnd {
  let now = open;
  for (let at = 0; at < text.length; ) {
    const character = text[at]!;
    if (brackets.has(character)) {
      const after = afterBracket(now, character);
      if (after === undefined) return { at: 'broken' };
      const isClosed = after.expected.length < now.expected.length;
      if (isClosed && now.expected.at(-1) === END_OF_CODE) return { at: 'unknown' };
      now = after;
      at++;
    } else if (opening[lexis].test(character)) {
      const pattern = opaque[lexis];
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (found === null) return { at: 'unknown' };
      at += found[0].length;
    } else at++;
  }
  return { at: 'code', open: now };
}
