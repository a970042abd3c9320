import { lengthOf } from './joinedText';

/** The document around the spans as far as a request carries it. */
export interface Surroundings {
  /** n + 1 texts around the n spans. */
  readonly texts: readonly string[];
  /** Whether `texts` reaches the beginning and the end of the document. */
  readonly startsDocument: boolean;
  readonly endsDocument: boolean;
}

/** The surroundings as far as they are parsed. */
export interface ParsedSurroundings extends Omit<Surroundings, 'endsDocument'> {
  /** How many spans, from the first on, have between them all text that is there. */
  readonly unbroken: number;
}

/** Characters parsed on either side of the spans: some 50 ms for the first parse, and next to nothing for the others. */
export const MOST_PARSED = 60_000;

/**
 * The surroundings, cut where they can be cut with least harm. Text that does not reach the document's beginning (end)
 * starts (ends) in the middle of something, so it is cut at the outermost level: at a line that starts in column 0 and
 * does not close anything. Where there is no such line it stays as it is, and its errors count as unavoidable. Where there
 * is more between the spans than twice the limit, the middle of the longest of these texts is left out.
 */
export function parsedSurroundings(
  surroundings: Surroundings,
  limit = MOST_PARSED,
): ParsedSurroundings {
  const texts = [...surroundings.texts];
  const before = texts[0] ?? '';
  const after = texts.at(-1) ?? '';
  const startsDocument = surroundings.startsDocument && before.length <= limit;
  const endsDocument = surroundings.endsDocument && after.length <= limit;
  if (!startsDocument) texts[0] = fromOuterLevel(before.slice(-limit));
  if (!endsDocument) texts[texts.length - 1] = toOuterLevel(after.slice(0, limit));
  const between = texts.slice(1, -1);
  const room = lengthOf(between) > 2 * limit ? limit / between.length : limit;
  for (const [i, text] of between.entries())
    if (text.length > 2 * room) texts[i + 1] = ends(text, room);
  const cut = between.findIndex((text, i) => texts[i + 1] !== text);
  return { texts, startsDocument, unbroken: cut < 0 ? texts.length - 1 : cut + 1 };
}

/** Both ends of a text, so many characters at most of each. */
function ends(text: string, most: number): string {
  return toOuterLevel(text.slice(0, most)) + fromOuterLevel(text.slice(text.length - most));
}

/** A line that starts something at the outermost level; `else`, `except` and the like go on with what came before. */
const OUTER_LINE = /^(?!(?:else|elif|except|finally|catch)\b)[\p{L}_$@]/mu;

function fromOuterLevel(text: string): string {
  const firstBreak = text.indexOf('\n') + 1;
  const found = text.slice(firstBreak).search(OUTER_LINE);
  return found < 0 ? text : text.slice(firstBreak + found);
}

function toOuterLevel(text: string): string {
  const lines = text.split('\n');
  for (let line = lines.length - 1; line > 0; line--)
    if (OUTER_LINE.test(lines[line]!)) return lines.slice(0, line).join('\n').concat('\n');
  return text;
}
