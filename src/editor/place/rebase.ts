import type { Span } from '../span/spans';

/** One replacement in a document, in offsets of the text before it (or any other change of the same event). */
export interface TextChange {
  readonly start: number;
  /** Characters removed. */
  readonly removed: number;
  /** Characters put in their place. */
  readonly inserted: number;
}

/** A span of a document that is being edited. */
export interface FollowedSpan extends Span {
  /** Whether what was last edited is its end: what is typed there goes on with its text. */
  readonly endsOpen?: boolean;
}

/**
 * How an edit came about, which decides about text that comes right at the end of a span:
 * - `typed`: it goes on with the span where that is empty, or its end was edited last, and leaves the end open to more;
 * - `untyped`: undone, redone or our own: it may end where a span does without going on there;
 * - `typedBehind`: typed while fills are on their way into the spans: it is to stand behind them.
 */
export type EditKind = 'typed' | 'untyped' | 'typedBehind';

/**
 * - `moved`: every change lies outside the spans; their texts are what they were.
 * - `inside`: something within a span changed, or an insertion point's line before it; the spans still enclose what they enclosed.
 * - `broken`: a change crosses the border of a span, or leaves an empty span at the end of another that is empty too or was just
 *   typed at, so that they no longer mean what the user selected.
 */
export type Rebased =
  | { readonly kind: 'moved'; readonly spans: readonly FollowedSpan[] }
  | { readonly kind: 'inside'; readonly spans: readonly FollowedSpan[] }
  | { readonly kind: 'broken' };

/**
 * Moves spans along with the changes of one edit.
 *
 * Text inserted at a border of a span is outside of it, but for its end where that is being typed at; text inserted at an
 * empty span is inside. Where a fill is on its way there, all that is typed at its end is outside.
 *
 * @param spans disjoint, in document order.
 * @param changes disjoint; all in offsets of the text before the edit, in any order.
 */
export function rebase(
  spans: readonly FollowedSpan[],
  changes: readonly TextChange[],
  edit: EditKind = 'typed',
): Rebased {
  // From the end of the document on, so that a change does not move the ones still to come.
  const descending = [...changes].sort((a, b) => b.start - a.start || b.removed - a.removed);
  const rebased: FollowedSpan[] = [];
  let inside = false;
  for (const { endsOpen: wasOpen = false, ...span } of spans) {
    let { start, end } = span;
    let endsOpen = false;
    for (const change of descending) {
      const where = placeOf(change, { start, end }, wasOpen, edit);
      if (where === 'across') return { kind: 'broken' };
      const changeEnd = change.start + change.removed;
      if (where === 'inside' && edit !== 'untyped') endsOpen ||= wasOpen || changeEnd === end;
      // As VS Code does with the indentation that it has put on a line by itself.
      const removesLead = start === end && changeEnd === start && change.removed > 0;
      inside ||= where === 'inside' || removesLead;
      const growth = change.inserted - change.removed;
      if (where === 'before') start += growth;
      if (where !== 'after') end += growth;
    }
    if (start === end && goesOnAt(rebased.at(-1), start)) return { kind: 'broken' };
    rebased.push({ start, end, ...(endsOpen && { endsOpen }) });
  }
  return { kind: inside ? 'inside' : 'moved', spans: rebased };
}

/**
 * Whether what is typed at an offset goes on with a span that ends there. Where another one is empty there, nothing would tell
 * which of the two is meant.
 */
function goesOnAt(span: FollowedSpan | undefined, end: number): boolean {
  return span?.end === end && (span.start === end || span.endsOpen === true);
}

function placeOf(
  change: TextChange,
  span: Span,
  endsOpen: boolean,
  edit: EditKind,
): 'before' | 'inside' | 'after' | 'across' {
  const end = change.start + change.removed;
  if (change.removed === 0) {
    if (goesOnAt({ ...span, endsOpen }, change.start))
      return edit === 'typedBehind' ? 'after' : 'inside';
    if (change.start <= span.start) return 'before';
    return change.start >= span.end ? 'after' : 'inside';
  }
  if (end <= span.start) return 'before';
  if (change.start >= span.end) return 'after';
  return change.start >= span.start && end <= span.end ? 'inside' : 'across';
}
