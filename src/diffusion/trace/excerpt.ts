/** Characters that a trace carries of each text around its spans, for display. */
const LENGTH = 400;

/** Stands for the middle of a longer text between two spans, which with it has more than `LENGTH` characters. */
const LEFT_OUT = '\n…\n';

/** The end of a text, never half of a surrogate pair. */
export function excerptEnd(text: string, length = LENGTH): string {
  return text.slice(-length).replace(/^[\uDC00-\uDFFF]/, '');
}

/** The start of a text, never half of a surrogate pair. */
export function excerptStart(text: string, length = LENGTH): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/** A text between two spans: whole, or its start and its end with a mark between them. */
export function excerptBetween(text: string): string {
  if (text.length <= LENGTH) return text;
  return `${excerptStart(text, LENGTH / 2)}${LEFT_OUT}${excerptEnd(text, LENGTH / 2)}`;
}

/** The start and the end that `excerptBetween` left of a text; null where it is whole. */
export function excerptEnds(between: string): readonly [start: string, end: string] | null {
  if (between.length <= LENGTH) return null;
  // A start that would have ended with half of a pair is one character shorter.
  const at = between.indexOf(LEFT_OUT, LENGTH / 2 - 1);
  return [between.slice(0, at), between.slice(at + LEFT_OUT.length)];
}

/** Lines of code that are shown on each side of a span. */
export const EDGE_LINES = 4;

/** Of the text before a span, what is shown. */
export const lastLines = (text: string): string => text.split('\n').slice(-EDGE_LINES).join('\n');

/** Of the text behind a span, what is shown. */
export const firstLines = (text: string): string =>
  text.split('\n').slice(0, EDGE_LINES).join('\n');
