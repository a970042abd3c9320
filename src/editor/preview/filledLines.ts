/** A span in lines and characters, both 0-based, and what is to take its place. */
export interface FilledSpan {
  readonly startLine: number;
  readonly startCharacter: number;
  readonly endLine: number;
  readonly endCharacter: number;
  /** The text that would replace the span, with `\n` line ends; null while there is none, or where it is the text that stands there. */
  readonly fill: string | null;
}

type Lines = (line: number) => string;

/** What stands before a span on its line, the spans there filled as well. */
export function textBefore(lines: Lines, spans: readonly FilledSpan[], index: number): string {
  const { startLine, startCharacter } = spans[index]!;
  const previous = spans[index - 1];
  const text = lines(startLine);
  if (previous?.endLine !== startLine) return text.slice(0, startCharacter);
  const fill = textIn(lines, previous);
  const between = text.slice(previous.endCharacter, startCharacter);
  const lineEnd = fill.lastIndexOf('\n');
  if (lineEnd !== -1) return fill.slice(lineEnd + 1) + between;
  return textBefore(lines, spans, index - 1) + fill + between;
}

/** What stands behind a span on its last line, the spans there filled as well. */
export function textAfter(lines: Lines, spans: readonly FilledSpan[], index: number): string {
  const { endLine, endCharacter } = spans[index]!;
  const next = spans[index + 1];
  const text = lines(endLine);
  if (next?.startLine !== endLine) return text.slice(endCharacter);
  const fill = textIn(lines, next);
  const between = text.slice(endCharacter, next.startCharacter);
  const lineEnd = fill.indexOf('\n');
  if (lineEnd !== -1) return between + fill.slice(0, lineEnd);
  return between + fill + textAfter(lines, spans, index + 1);
}

/** What is to stand in a span: what stands there where it has no fill. */
function textIn(lines: Lines, span: FilledSpan): string {
  const { startLine, startCharacter, endLine, endCharacter, fill } = span;
  if (fill !== null) return fill;
  if (startLine === endLine) return lines(startLine).slice(startCharacter, endCharacter);
  // Of the lines between, nobody asks.
  return `${lines(startLine).slice(startCharacter)}\n${lines(endLine).slice(0, endCharacter)}`;
}
