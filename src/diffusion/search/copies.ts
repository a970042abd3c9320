/** White space, words and single other characters. */
const PARTS = /\s+|[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu;
/** Parts: the longest copy, and how much before and after a stretch is compared with what stands around the gap. */
const LONGEST = 64;
const BEFORE = 24;
const AFTER = 4;
/** Characters before a gap, and of every piece behind it, that are copied from: more than a model of 1,024 tokens reads. */
const SIDE = 2500;

/** What stands around a gap. */
export interface AroundGap {
  readonly before: string;
  /** In pieces, between which are other gaps. */
  readonly after: readonly string[];
}

interface Stretch {
  readonly text: string;
  /** Parts around it that agree with those around the gap. */
  readonly agreeing: number;
  readonly parts: number;
}

/**
 * Stretches of the text around a gap whose surroundings are like the gap's: code repeats itself. They follow what stands
 * right before the gap, and end where the text goes on as behind the gap, or at the end of a line.
 *
 * @param count of them, at most
 * @returns distinct ones, those that agree with the gap in most parts first, of equals the shortest
 */
export function copiesFor({ before, after }: AroundGap, count: number): string[] {
  const near = before.slice(-SIDE);
  const far = after.map((piece) => piece.slice(0, SIDE));
  const left = partsOf(near).slice(-BEFORE).reverse();
  const right = partsOf(far[0] ?? '').slice(0, AFTER);
  const best = new Map<string, Stretch>();
  for (const source of [near, ...far])
    for (const stretch of stretchesIn(partsOf(source), left, right)) {
      const known = best.get(stretch.text);
      if (!known || isBetter(stretch, known)) best.set(stretch.text, stretch);
    }
  return [...best.values()]
    .sort((a, b) => (isBetter(a, b) ? -1 : Number(isBetter(b, a))))
    .slice(0, count)
    .map(({ text }) => text);
}

function* stretchesIn(
  source: readonly string[],
  left: readonly string[],
  right: readonly string[],
): Generator<Stretch> {
  for (let start = 1; start < source.length; start++) {
    let leads = 0;
    while (leads < left.length && source[start - 1 - leads] === left[leads]) leads++;
    if (leads === 0) continue;
    let text = '';
    for (let end = start + 1; end < source.length && end <= start + LONGEST; end++) {
      text += source[end - 1];
      let follows = 0;
      while (follows < right.length && source[end + follows] === right[follows]) follows++;
      const ends = follows > 0 || (source[end]!.includes('\n') && !runsInto(text, right[0]));
      if (text.trim() !== '' && ends) yield { text, agreeing: leads + follows, parts: end - start };
    }
  }
}

/** Whether two words would become one. */
const runsInto = (text: string, next = '') =>
  /[\p{L}\p{M}\p{N}_]$/u.test(text) && /^[\p{L}\p{M}\p{N}_]/u.test(next);

const isBetter = (a: Stretch, b: Stretch) =>
  a.agreeing > b.agreeing || (a.agreeing === b.agreeing && a.parts < b.parts);

const partsOf = (text: string): string[] => text.match(PARTS) ?? [];
