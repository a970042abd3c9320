import type { Span } from './spans';

/** A selection of an editor, in UTF-16 offsets of its document; a cursor where both are the same. */
interface OffsetSelection {
  readonly anchor: number;
  readonly active: number;
}

/**
 * An editor's selections with a cursor behind a fill in place of each that touches it: what stays selected would be gone
 * with the next key. Behind the last, where it touches several; those that touch none are left as they are.
 *
 * @param fills in document order, disjoint
 * @returns undefined where none touches a fill.
 */
export function caretsBehind(
  selections: readonly OffsetSelection[],
  fills: readonly Span[],
): OffsetSelection[] | undefined {
  let touched = false;
  const moved = selections.map((selection) => {
    const start = Math.min(selection.anchor, selection.active);
    const end = Math.max(selection.anchor, selection.active);
    const fill = fills.findLast((each) => each.start <= end && each.end >= start);
    if (!fill) return selection;
    touched = true;
    return { anchor: fill.end, active: fill.end };
  });
  return touched ? moved : undefined;
}
