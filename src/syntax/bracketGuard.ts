import { afterBracket, closesSomething, type OpenBrackets } from './brackets';
import type { SpanBrackets } from './fillSyntax';
import { type Lexis, scan } from './scanner';

/** The tokens of a span as text; null where a slot is masked. */
export type SpanPieces = readonly (string | null)[];

const lexes: Readonly<Record<string, Lexis>> = {
  typescript: 'javascript',
  typescriptreact: 'jsx',
  javascript: 'jsx',
  javascriptreact: 'jsx',
  python: 'python',
};

const nothingOpen: OpenBrackets = { expected: [], complete: true };

/**
 * Tells the tokens that close a bracket which cannot match, and only where that is certain: where all text from the
 * document's beginning to the token is known. A mask on the way might open a bracket, a string or a comment, and then
 * nothing is certain; nor is it after what only a parser can read (templates, regular expressions, JSX).
 */
export class BracketGuard {
  readonly #lexis: Lexis | undefined;

  /** @param around the brackets around the spans, in document order. */
  constructor(
    language: string,
    private readonly around: readonly SpanBrackets[],
  ) {
    this.#lexis = lexes[language];
  }

  /** Whether it may have something to say of a token with this text, wherever it is to stand. */
  concerns(text: string): boolean {
    return this.#lexis !== undefined && closesSomething(text);
  }

  /** Whether `text` may stand at index `at` of the span numbered `span`. */
  allows(spans: readonly SpanPieces[], span: number, at: number, text: string): boolean {
    const lexis = this.#lexis;
    const open = this.around[span]?.open;
    if (!closesSomething(text) || lexis === undefined || open === undefined) return true;
    // What follows a span in a comment or string may be code or not, whichever fill ends it.
    const isSettled = (pieces: SpanPieces, i: number) =>
      this.around[i]?.open !== undefined && isBalanced(pieces, lexis);
    if (!spans.slice(0, span).every(isSettled)) return true;
    const pieces = spans[span] ?? [];
    const left = known(pieces.slice(0, at));
    if (left === undefined || scan(open, left, lexis).at !== 'code') return true;
    if (scan(open, left + text, lexis).at === 'broken') return false;
    const right = known(pieces.slice(at + 1));
    if (right === undefined || this.#breaks(span, open, left + right, lexis)) return true;
    // All is well without the token: if not with it, it took a bracket that what follows closes.
    return !this.#breaks(span, open, left + text + right, lexis);
  }

  /** Whether a span with this text surely has a closing bracket that matches nothing, in it or after it. */
  #breaks(span: number, open: OpenBrackets, text: string, lexis: Lexis): boolean {
    const end = scan(open, text, lexis);
    if (end.at !== 'code') return end.at === 'broken';
    let left: OpenBrackets | undefined = end.open;
    for (const closer of this.around[span]?.closed ?? []) {
      left = afterBracket(left, closer);
      if (left === undefined) return true;
    }
    return false;
  }
}

function known(pieces: SpanPieces): string | undefined {
  return pieces.includes(null) ? undefined : pieces.join('');
}

/** Whether a span is known and closes what it opens and nothing else. */
function isBalanced(pieces: SpanPieces, lexis: Lexis): boolean {
  const text = known(pieces);
  if (text === undefined) return false;
  const end = scan(nothingOpen, text, lexis);
  return end.at === 'code' && end.open.expected.length === 0;
}
