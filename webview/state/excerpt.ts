import { excerptEnds } from '../../src/diffusion/excerpt';

/** Lines of code shown on each side of a span. */
const edgeLines = 4;

/** The end of the text before the first span. */
export function lastLines(text: string): string {
  return text.split('\n').slice(-edgeLines).join('\n');
}

/** The start of the text after the last span. */
export function firstLines(text: string): string {
  return text.split('\n').slice(0, edgeLines).join('\n');
}

/** Text between two spans: whole, or its two ends and how many lines were folded between them, null where nobody knows. */
export type Between =
  | { readonly kind: 'whole'; readonly text: string }
  | {
      readonly kind: 'folded';
      readonly start: string;
      readonly lines: number | null;
      readonly end: string;
    };

export function foldBetween(text: string): Between {
  const ends = excerptEnds(text);
  if (ends !== null) {
    const [start, end] = ends;
    return { kind: 'folded', start: firstLines(start), lines: null, end: lastLines(end) };
  }
  const lines = text.split('\n').length - 2 * edgeLines;
  if (lines <= 1) return { kind: 'whole', text };
  return { kind: 'folded', start: firstLines(text), lines, end: lastLines(text) };
}
