import { holesIn } from '../../engine/client';
import { lineEndOf } from '../../engine/protocol/lineFeeds';
import { UsageError } from '../errors';
import { type Position, TextLines } from '../files/textLines';

/** A span as given on the command line; the end is exclusive, so start = end is a cursor. */
export interface SpanArgument {
  readonly start: Position;
  readonly end: Position;
  /** As typed, or as it could have been, for messages. */
  readonly typed: string;
}

/** A text cut at its spans: the n + 1 pieces of context around the n present texts. */
export interface CutText {
  readonly context: readonly string[];
  readonly spans: readonly string[];
  /** What each span ends with and is left to stand, at the beginning of the next piece of context; see `lineEndOf`. */
  readonly lineEnds: readonly string[];
}

const shape = /^(\d+):(\d+)(?:-(\d+):(\d+))?$/;

/**
 * Reads `L:C-L:C` (or `L:C`, a cursor), line and column from 1, end exclusive.
 *
 * @throws {UsageError} when it is something else or runs backwards.
 */
export function parseSpan(typed: string): SpanArgument {
  const match = shape.exec(typed);
  if (!match) {
    throw new UsageError(
      `“${typed}” is not a span: write LINE:COLUMN-LINE:COLUMN, for example 12:5-14:1.`,
    );
  }
  const start = { line: Number(match[1]), column: Number(match[2]) };
  const end = match[3] ? { line: Number(match[3]), column: Number(match[4]) } : start;
  if (Math.min(start.line, start.column, end.line, end.column) < 1) {
    throw new UsageError(`Span ${typed}: lines and columns count from 1.`);
  }
  if (compare(end, start) < 0) throw new UsageError(`Span ${typed} ends before it starts.`);
  return { start, end, typed };
}

/** Every place of a text where a marker stands. @throws {UsageError} when there is none */
export function holeSpans(text: string, marker: string): SpanArgument[] {
  const lines = new TextLines(text);
  const holes = holesIn(text, marker);
  if (holes.length === 0) throw new UsageError(`“${marker}” stands nowhere in the file.`);
  return holes.map((hole) => {
    const start = lines.positionOf(hole.start);
    const end = lines.positionOf(hole.end);
    const typed = `${start.line}:${start.column}-${end.line}:${end.column}`;
    return { start, end, typed };
  });
}

/** Spans in document order, whatever the order they were given in. */
export function inDocumentOrder(spans: readonly SpanArgument[]): SpanArgument[] {
  return [...spans].sort((a, b) => compare(a.start, b.start) || compare(a.end, b.end));
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}

/**
 * Cuts a text at spans in document order.
 *
 * @throws {UsageError} when a span lies outside the text, splits a surrogate pair, or two overlap.
 */
export function cutAtSpans(text: string, spans: readonly SpanArgument[]): CutText {
  const lines = new TextLines(text);
  const context: string[] = [];
  const texts: string[] = [];
  const lineEnds: string[] = [];
  let from = 0;
  let typedBefore = 0;
  let previous: SpanArgument | undefined;
  for (const span of spans) {
    const start = boundary(text, lines, span.start, span);
    const typedEnd = boundary(text, lines, span.end, span);
    if (previous && start < typedBefore) {
      throw new UsageError(`Spans ${previous.typed} and ${span.typed} overlap.`);
    }
    if (previous && start === typedBefore) {
      throw new UsageError(
        `Spans ${previous.typed} and ${span.typed} touch: give them as one span.`,
      );
    }
    context.push(text.slice(from, start));
    const lineEnd = lineEndOf(text.slice(start, typedEnd));
    const end = typedEnd - lineEnd.length;
    texts.push(text.slice(start, end));
    lineEnds.push(lineEnd);
    from = end;
    typedBefore = typedEnd;
    previous = span;
  }
  context.push(text.slice(from));
  return { context, spans: texts, lineEnds };
}

function boundary(text: string, lines: TextLines, at: Position, span: SpanArgument): number {
  const offset = lines.offsetOf(at);
  const splitsSurrogatePair = offset > 0 && (text.codePointAt(offset - 1) ?? 0) > 0xffff;
  if (splitsSurrogatePair) {
    throw new UsageError(
      `Span ${span.typed}: column ${at.column} of line ${at.line} is inside a character.`,
    );
  }
  return offset;
}
