import { type DrawnDocument, LONGEST } from './drawnDocument';

/** Where a box may be drawn. */
export interface Room {
  /** Columns of a line, with what is drawn on it. */
  readonly widthOf: (line: number) => number;
  /** The first line that the box may use, and the line that it should end before. */
  readonly from: number;
  readonly to: number;
}

const MOST_ROWS = 24;

/**
 * The lines beside which a box may have its rows: from the start of its span on, and where those are too few, above it.
 *
 * @param longest columns that such a line may have
 * @returns at most `MOST_ROWS`; some, where it may have any number
 */
export function linesBeside(
  document: DrawnDocument,
  startLine: number,
  { widthOf, from, to }: Room,
  longest: number,
): number[] {
  // Where many lines are too long, rows are not to be sought beyond the screen.
  const reach = document.columns < LONGEST ? MOST_ROWS : 2 * MOST_ROWS;
  const start = Math.max(from, Math.min(startLine, to));
  const isShort = (line: number) => !document.isHidden(line) && widthOf(line) <= longest;
  const below = range(start, Math.min(to, start + reach)).filter(isShort);
  const above = range(Math.max(from, start - reach), start).filter(isShort);
  const chosen = below.slice(0, MOST_ROWS);
  const lines = [...above.slice(Math.max(0, above.length + chosen.length - MOST_ROWS)), ...chosen];
  return lines.length === 0 && longest === Number.POSITIVE_INFINITY ? [from] : lines;
}

/** Of the lines that a box may stand beside, those from its first on: its span's, or as few above as so many rows need. */
export function takenOf(
  free: readonly number[],
  startLine: number,
  rows: number,
): readonly number[] {
  const above = free.filter((line) => line < startLine).length;
  return free.slice(Math.min(above, free.length - rows));
}

/** The whole numbers from one up to, but not including, another. */
const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
