/** How the text before a span is tokenised. */
export interface SpanBoundary {
  /** The text, without what follows. */
  readonly before: string;
  /** White space behind it that is tokenised by itself. */
  readonly lone: string;
  /** Behind both, what the span's slots take along: the text in them begins with it. */
  readonly borrowed: string;
}

/**
 * The boundary as a tokenizer of the GPT-2 kind has it within a text: of white space before a word, a last space belongs
 * to the word's token, and any other last character is a token by itself. Tokenised up to the boundary alone, it would all
 * be one token, behind which a model has never seen a word ("token healing").
 *
 * @param text all of the text before the span
 */
export function healedBoundary(text: string): SpanBoundary {
  const before = text.slice(0, -1);
  if (text.endsWith(' ') && before !== '') return { before, lone: '', borrowed: ' ' };
  if (/^\s[^\S ]$/.test(text.slice(-2))) return { before, lone: text.slice(-1), borrowed: '' };
  return cutBoundary(text);
}

/** The boundary where the text is cut: the slots take nothing along. */
export const cutBoundary = (text: string): SpanBoundary => ({
  before: text,
  lone: '',
  borrowed: '',
});
