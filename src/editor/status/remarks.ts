import { toLineFeeds } from '../../engine/protocol/lineFeeds';
import type { RunOwner } from '../run/runOwner';
import { doingText } from './doingText';
import { nameOf } from './offers';

/** What is said beside a span, in a few words; nothing where its fill says it all. */
export function remarkOn(owner: RunOwner, span: number): string {
  const { candidate } = owner;
  if (candidate) {
    if (owner.leftOut.has(span)) return `⊘ left out: ${nameOf(owner.fills?.[span] ?? '')}`;
    const fill = candidate[span] ?? '';
    return unseen(fill) || (isUnchanged(owner, span) ? '= unchanged' : '');
  }
  // The run is one, however many spans it has.
  const doing = span === 0 ? doingText(owner) : '';
  return doing && `⋯ ${doing}`;
}

/** Whether a candidate's fill is what it would replace: struck out and drawn once more, that looks as if something would change. */
export function isUnchanged({ place, candidate }: RunOwner, span: number): boolean {
  // Not of all ranges: this is asked of each span.
  const range = candidate ? place?.rangeOf(span) : undefined;
  return range !== undefined && toLineFeeds(place!.document.getText(range)) === candidate![span];
}

/** That there is nothing to see in a fill, where that is so; else empty. */
export function unseen(fill: string): string {
  if (fill === '') return '∅ an empty fill';
  return fill.trim() === '' ? '∅ only white space' : '';
}
