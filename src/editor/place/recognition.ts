import type { Span } from '../span/spans';

/** Characters that are to be the same on each side of a span, white space not counted, or all there are. */
const LEAST_BESIDE = 8;
/** On both sides together. */
const LEAST_AROUND = 64;
/** More are not compared, on each side. */
const MOST_BESIDE = 1_000;
/** A text that occurs more often is not told from its likes. */
const MOST_ALIKE = 100;

/**
 * Finds spans again in a text that another has become in a way that tells nothing of them, such as by one change of all of
 * it. A span is where its text stands between what stood around it, white space aside, and nowhere else: what was around it
 * goes on being the same for longer than at any place that was like it before.
 *
 * @param spans of the text before, disjoint, in document order
 * @returns null where one of them cannot be found, or not without doubt.
 */
export function recognised(
  before: string,
  spans: readonly Span[],
  after: string,
): readonly Span[] | null {
  if (before === after) return spans;
  const [from, to] = [codeOf(before), codeOf(after)];
  const found: Span[] = [];
  for (const span of spans) {
    const again = find(from, span, to);
    if (!again || again.start < (found.at(-1)?.end ?? 0)) return null;
    found.push(again);
  }
  return found;
}

/** A text without its white space. */
interface Code {
  readonly text: string;
  readonly code: string;
  /** Offset in the text of each character of the code. */
  readonly offsets: readonly number[];
}

function codeOf(text: string): Code {
  const offsets: number[] = [];
  for (const { 0: word, index } of text.matchAll(/\S+/g))
    for (let at = 0; at < word.length; at++) offsets.push(index + at);
  return { text, code: text.replaceAll(/\s+/g, ''), offsets };
}

function find(from: Code, span: Span, to: Code): Span | null {
  const sought = {
    start: countBefore(from.offsets, span.start),
    end: countBefore(from.offsets, span.end),
  };
  const others = placesAlike(from.code, sought, from.code)?.filter(
    ({ start }) => start !== sought.start,
  );
  if (!others) return null;
  const around = sought.start + from.code.length - sought.end;
  const least = Math.max(
    Math.min(LEAST_AROUND, around),
    ...others.map((other) => other.around + 1),
  );
  const alike = placesAlike(from.code, sought, to.code)?.filter((place) => place.around >= least);
  const [place] = alike ?? [];
  return place && alike?.length === 1 ? spanAt(from, span, sought, to, place.start) : null;
}

/** Where code stands as it does in a span, and how many characters around it are the same; null where that is too often. */
function placesAlike(
  from: string,
  { start, end }: Span,
  to: string,
): { readonly start: number; readonly around: number }[] | null {
  const left = Math.min(LEAST_BESIDE, start);
  const sought = from.slice(start - left, end + LEAST_BESIDE);
  const places: { start: number; around: number }[] = [];
  for (let at = to.indexOf(sought); at !== -1; at = to.indexOf(sought, at + 1)) {
    if (places.length === MOST_ALIKE) return null;
    const found = at + left;
    const foundEnd = found + end - start;
    let [before, behind] = [0, 0];
    while (before < MOST_BESIDE && isSame(from, start - before - 1, to, found - before - 1))
      before++;
    while (behind < MOST_BESIDE && isSame(from, end + behind, to, foundEnd + behind)) behind++;
    places.push({ start: found, around: before + behind });
  }
  return places;
}

function isSame(one: string, at: number, other: string, otherAt: number): boolean {
  return at >= 0 && at < one.length && one[at] === other[otherAt];
}

/**
 * A span whose code was found; null where there is other white space in it, or beside it where that tells where it begins or
 * ends.
 *
 * @param code of the span, in indices of the code
 * @param foundAt index of that in the other code
 */
function spanAt(from: Code, span: Span, code: Span, to: Code, foundAt: number): Span | null {
  const isEmpty = code.start === code.end;
  const beginsInCode = !isEmpty && from.offsets[code.start] === span.start;
  const endsInCode = !isEmpty && endBefore(from, code.end) === span.end;
  const reach = (of: Code, start: number, end: number) => ({
    from: beginsInCode ? of.offsets[start]! : endBefore(of, start),
    to: endsInCode ? endBefore(of, end) : (of.offsets[end] ?? of.text.length),
  });
  const own = reach(from, code.start, code.end);
  const found = reach(to, foundAt, foundAt + code.end - code.start);
  if (from.text.slice(own.from, own.to) !== to.text.slice(found.from, found.to)) return null;
  const shift = found.from - own.from;
  return { start: span.start + shift, end: span.end + shift };
}

/** Where the code before one of its characters ends in the text. */
function endBefore({ offsets }: Code, index: number): number {
  return index === 0 ? 0 : offsets[index - 1]! + 1;
}

/** How many of ascending numbers are less than one. */
function countBefore(offsets: readonly number[], limit: number): number {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
