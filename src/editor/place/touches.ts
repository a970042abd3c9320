import type { TextDocument } from 'vscode';
import type { Span } from '../span/spans';
import type { Place } from './place';

/**
 * Whether spans are, at least in part, on those of a place: what is filled there is filled once more. Where one merely ends
 * where another begins they are two, unless one is a cursor, which is at both.
 */
export function touches(place: Place, document: TextDocument, spans: readonly Span[]): boolean {
  if (place.document !== document) return false;
  return spans.some((span) => place.spans.some((each) => meet(span, each)));
}

function meet(a: Span, b: Span): boolean {
  const isCursor = a.start === a.end || b.start === b.end;
  const [from, to] = [Math.max(a.start, b.start), Math.min(a.end, b.end)];
  return isCursor ? from <= to : from < to;
}
