import { toLineFeeds } from '../../engine/protocol/lineFeeds';

/** A region of a document, in UTF-16 code units from its beginning, end exclusive. Empty = an insertion point. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How much text around the spans the engine is given, in characters. It takes what fits the model, nearest first. */
export interface ContextLimit {
  readonly before: number;
  readonly after: number;
}

/** The text around n spans: n + 1 pieces with `\n` line ends, and whether they reach the document's two ends. */
export interface SpanContext {
  readonly context: string[];
  readonly startsDocument: boolean;
  readonly endsDocument: boolean;
}

/**
 * Brings selections into document order and joins those that overlap or touch: between two touching spans
 * there is no context to tell them apart.
 */
export function joinSpans(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && span.start <= last.end) {
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else {
      joined.push({ start: span.start, end: span.end });
    }
  }
  return joined;
}

/**
 * Slices a document into the context pieces around its spans.
 *
 * @param text the whole document.
 * @param spans at least one, in document order, disjoint.
 * @param holeMarker is left out: a model would write it once more.
 */
export function contextAround(
  text: string,
  spans: readonly Span[],
  limit: ContextLimit,
  holeMarker = '',
): SpanContext {
  const first = spans[0];
  const last = spans.at(-1);
  if (!first || !last) throw new RangeError('A context is cut around at least one span.');
  const start = cutBefore(text, first.start, limit.before);
  const end = cutAfter(text, last.end, limit.after);
  const context: string[] = [];
  let from = start;
  for (const span of spans) {
    context.push(toLineFeeds(text.slice(from, span.start)));
    from = span.end;
  }
  context.push(toLineFeeds(text.slice(from, end)));
  return {
    context: context.map((piece) => piece.replaceAll(holeMarker, '')),
    startsDocument: start === 0,
    endsDocument: end === text.length,
  };
}

/** The texts of the spans, with `\n` line ends. */
export function textsOf(text: string, spans: readonly Span[]): string[] {
  return spans.map((span) => toLineFeeds(text.slice(span.start, span.end)));
}

/** The document with its spans replaced by fills, one per span. */
export function withFills(text: string, spans: readonly Span[], fills: readonly string[]): string {
  let filled = '';
  let from = 0;
  spans.forEach((span, index) => {
    filled += text.slice(from, span.start) + fills[index]!;
    from = span.end;
  });
  return filled + text.slice(from);
}

/** Where the fills lie once they have replaced the spans. */
export function filledSpans(spans: readonly Span[], fills: readonly string[]): Span[] {
  let shift = 0;
  return spans.map((span, index) => {
    const start = span.start + shift;
    const end = start + fills[index]!.length;
    shift = end - span.end;
    return { start, end };
  });
}

/** The document's line ends, for a text that is about to enter it. */
export function toLineEnds(text: string, lineEnd: '\n' | '\r\n'): string {
  return text.replaceAll(/\r\n?|\n/g, lineEnd);
}

/** Where the text before a span begins: at a line's start where there is one, never inside a surrogate pair. */
function cutBefore(text: string, end: number, characters: number): number {
  const earliest = end - characters;
  if (earliest <= 0) return 0;
  if (text[earliest - 1] === '\n') return earliest;
  const lineEnd = text.indexOf('\n', earliest);
  if (lineEnd !== -1 && lineEnd < end) return lineEnd + 1;
  return splitsPair(text, earliest) ? earliest + 1 : earliest;
}

/** Where the text after a span ends: after a whole line where there is one, never inside a surrogate pair. */
function cutAfter(text: string, start: number, characters: number): number {
  const latest = start + characters;
  if (latest >= text.length) return text.length;
  const lineEnd = latest === 0 ? -1 : text.lastIndexOf('\n', latest - 1);
  if (lineEnd >= start) return lineEnd + 1;
  return splitsPair(text, latest) ? latest - 1 : latest;
}

function splitsPair(text: string, offset: number): boolean {
  return (text.codePointAt(offset - 1) ?? 0) > 0xffff;
}
