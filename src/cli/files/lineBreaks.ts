import type { CandidateFill } from '../../engine/protocol/messages';

/** How a text breaks its lines, by its first break; the model itself knows LF only. */
export type LineBreak = '\n' | '\r\n' | '\r';

/** The line break of a text; LF where it has none. */
export function lineBreakOf(text: string): LineBreak {
  const [first] = /\r?\n/.exec(text) ?? [];
  if (first) return first === '\r\n' ? '\r\n' : '\n';
  // Among others, a carriage return alone is no line break that anybody wants more of.
  return text.includes('\r') ? '\r' : '\n';
}

/** A fill, as it would stand in a text that breaks its lines that way. */
export function brokenBy(lineBreak: LineBreak, fill: string): string {
  return fill.replaceAll('\n', lineBreak);
}

/** Candidates, their texts as they would stand in a text that breaks its lines that way. */
export function candidatesBrokenBy(
  lineBreak: LineBreak,
  candidates: readonly CandidateFill[],
): CandidateFill[] {
  return candidates.map((candidate) => ({
    ...candidate,
    texts: candidate.texts.map((text) => brokenBy(lineBreak, text)),
  }));
}
