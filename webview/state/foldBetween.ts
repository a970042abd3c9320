import { EDGE_LINES, excerptEnds, firstLines, lastLines } from '../../src/diffusion/trace/excerpt';

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
  const lines = text.split('\n').length - 2 * EDGE_LINES;
  if (lines <= 1) return { kind: 'whole', text };
  return { kind: 'folded', start: firstLines(text), lines, end: lastLines(text) };
}
