import type { RunOwner } from '../run/runOwner';
import { visibleText } from '../visibleText';

/** Characters of a fill that it is named by. */
const NAMED_BY = 24;

/** What can be done with the candidate that waits, in the words of lenses and hovers. */
export interface Offers {
  readonly accept: string;
  readonly reject: string;
  /** One per span, where there are several; none for the last one that is not left out: that would be to reject. */
  readonly leaveOut: readonly (LeaveOut | undefined)[];
}

/** To leave a span out, or to take it in again. */
interface LeaveOut {
  readonly title: string;
  /** What `unmask.leaveOut` is given: one that is pressed twice before it is drawn anew asks for the same. */
  readonly arguments: readonly [span: number, out: boolean];
}

export function offersOf(fills: readonly string[], leftOut: RunOwner['leftOut']): Offers {
  const { length } = fills;
  if (length === 1) return { accept: '$(check) Accept', reject: '$(close) Reject', leaveOut: [] };
  const share = leftOut.size === 0 ? `All ${length}` : `${length - leftOut.size} of ${length}`;
  return {
    accept: `$(check) Accept ${share}`,
    reject: `$(close) Reject All ${length}`,
    leaveOut: fills.map((_, span) => {
      if (leftOut.has(span)) return { title: '$(add) Take In', arguments: [span, false] };
      if (leftOut.size === length - 1) return undefined;
      return { title: '$(remove) Leave Out', arguments: [span, true] };
    }),
  };
}

/** A fill in a few characters of its first line. */
export function nameOf(fill: string): string {
  const line = visibleText(fill.trim()).split('\n', 1)[0]!;
  if (line === '') return '∅';
  return line.length > NAMED_BY ? `${line.slice(0, NAMED_BY - 1)}…` : line;
}
