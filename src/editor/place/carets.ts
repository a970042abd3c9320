import type { Span } from '../span/spans';

/** A selection of an editor, in UTF-16 offsets of its document; a cursor where both are the same. */
interface OffsetSelection {
  readonly anchor: number;
  readonly active: number;
}

/**
 * An editor's selections with a cursor behind a span in place of each that touches it: what stays selected would be gone
 * with the next key. Behind the last, where it touches several; those that touch none are left as they are.
 *
 * @param spans in document order, disjoint
 * @returns undefined where all are so already: an editor that is told so again may have gone on since.
 */
export function caretsBehind(
  selections: readonly OffsetSelection[],
  spans: readonly Span[],
): OffsetSelection[] | undefined {
  let changed = false;
  const moved = selections.map((selection) => {
    const start = Math.min(selection.anchor, selection.active);
    const end = Math.max(selection.anchor, selection.active);
    const span = spans.findLast((each) => each.start <= end && each.end >= start);
    if (!span || (span.end === start && span.end === end)) return selection;
    changed = true;
    return { anchor: span.end, active: span.end };
  });
  return changed ? moved : undefined;
}
