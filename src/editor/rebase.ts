import type { Span } from './spans';

/** One replacement in a document, in offsets of the text before it (or any other change of the same event). */
export interface TextChange {
  readonly start: number;
  /** Characters removed. */
  readonly removed: number;
  /** Characters put in their place. */
  readonly inserted: number;
}

/**
 * - `moved`: every change lies outside the spans; their texts are what they were.
 * - `inside`: something within a span changed; the spans still enclose what they enclosed.
 * - `broken`: a change crosses the border of a span, so it no longer means what the user selected.
 */
export type Rebased =
  | { readonly kind: 'moved'; readonly spans: readonly Span[] }
  | { readonly kind: 'inside'; readonly spans: readonly Span[] }
  | { readonly kind: 'broken' };

/**
 * Moves spans along with the changes of one edit.
 *
 * Text inserted at a border of a span is outside of it; text inserted at an empty span is inside.
 *
 * @param spans disjoint, in document order.
 * @param changes disjoint; all in offsets of the text before the edit, in any order.
 */
export function rebase(spans: readonly Span[], changes: readonly TextChange[]): Rebased {
  // From the end of the document on, so that a change does not move the ones still to come.
  const descending = [...changes].sort((a, b) => b.start - a.start || b.removed - a.removed);
  let rebased = spans;
  let inside = false;
  for (const change of descending) {
    const moved: Span[] = [];
    for (const span of rebased) {
      const where = placeOf(change, span);
      if (where === 'across') return { kind: 'broken' };
      inside ||= where === 'inside';
      const growth = change.inserted - change.removed;
      moved.push({
        start: where === 'before' ? span.start + growth : span.start,
        end: where === 'after' ? span.end : span.end + growth,
      });
    }
    rebased = moved;
  }
  return { kind: inside ? 'inside' : 'moved', spans: rebased };
}

function placeOf(change: TextChange, span: Span): 'before' | 'inside' | 'after' | 'across' {
  const end = change.start + change.removed;
  if (change.removed === 0) {
    if (span.start === span.end && change.start === span.start) return 'inside';
    if (change.start <= span.start) return 'before';
    return change.start >= span.end ? 'after' : 'inside';
  }
  if (end <= span.start) return 'before';
  if (change.start >= span.end) return 'after';
  return change.start >= span.start && end <= span.end ? 'inside' : 'across';
}
