import type { RunOwner } from '../run/runOwner';

/** Characters of a fill that it is named by. */
const NAMED_BY = 24;

/** What can be done with the candidate that waits, in the words of lenses and hovers. */
export interface Offers {
  readonly accept: string;
  readonly reject: string;
  /** One per span, where there are several. */
  readonly leaveOut: readonly string[];
}

export function offersOf(fills: readonly string[], leftOut: RunOwner['leftOut']): Offers {
  const { length } = fills;
  if (length === 1) return { accept: '$(check) Accept', reject: '$(close) Reject', leaveOut: [] };
  const share = leftOut.size === 0 ? `All ${length}` : `${length - leftOut.size} of ${length}`;
  return {
    accept: `$(check) Accept ${share}`,
    reject: `$(close) Reject All ${length}`,
    leaveOut: fills.map((_, span) =>
      leftOut.has(span) ? '$(add) Take In' : '$(remove) Leave Out',
    ),
  };
}

/** A fill in a few characters of its first line. */
export function nameOf(fill: string): string {
  const line = fill.trim().split('\n', 1)[0]!;
  if (line === '') return '∅';
  return line.length > NAMED_BY ? `${line.slice(0, NAMED_BY - 1)}…` : line;
}
