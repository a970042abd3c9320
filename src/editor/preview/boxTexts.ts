import { BOX_GAP, boxWidths, leastWidth } from './boxWidths';
import { type DrawnDocument, LONGEST, MOST_COLUMNS, type SpanPreview } from './drawnDocument';
import { columns, foldLines, referring, shorten, wrap } from './drawnText';
import { takenOf } from './linesBeside';

/** What the rows of a box hold, and the lines that they may stand beside: at least as many. */
interface Arrangement {
  readonly free: readonly number[];
  readonly texts: readonly string[];
  readonly remarks: readonly string[];
}

/** How many lines further away a box is as good that breaks a line once less: code that is broken is hard to read. */
const WRAPPED = 2;

/**
 * @param all the lines of the span as they would become
 * @param beside the lines, none longer than so many columns, that a box may have its rows beside
 */
export function arrange(
  document: DrawnDocument,
  preview: SpanPreview,
  all: readonly string[],
  beside: (longest: number) => readonly number[],
): Arrangement {
  const isBlank = all.every((line) => line.trim() === '');
  // Blank rows would tell nothing that the remark does not.
  const result = isBlank && (preview.remark !== '' || preview.fill === '') ? [] : all;
  const remark = remarkBelow(document, preview, result.length);
  const remarks = remark === '' ? [] : [remark];
  const widest = Math.max(0, ...[...result, ...remarks].map((line) => columns(line, 1)));
  const widths = boxWidths(document.columns, widest);
  // Of few columns it is known that there are not many more.
  const wrapped = document.columns < LONGEST ? 0 : WRAPPED;
  let best: Arrangement | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const { width, longest, cost } of widths) {
    const texts = result.flatMap((line) => wrap(line, width));
    const free = beside(longest);
    const rows = texts.length + remarks.length;
    if (rows > free.length) continue;
    const taken = takenOf(free, preview.startLine, rows);
    const ends = [taken[0]!, taken[rows - 1]!].map((line) => Math.abs(line - preview.startLine));
    const distance = Math.max(...ends) + cost + wrapped * (texts.length - result.length);
    if (distance >= least) continue;
    best = { free, texts, remarks };
    least = distance;
  }
  if (best) return best;
  const narrowest = leastWidth(document.columns);
  const free = beside(Math.min(LONGEST, document.columns - BOX_GAP - narrowest));
  const most = document.columns < LONGEST && free.length > 0 ? narrowest : MOST_COLUMNS;
  return folded(preview, result, remarks, free.length > 0 ? free : anyBeside(beside), most);
}

/** What of a fill is drawn where not all of it has room, and how much is not. */
function folded(
  { remark, whole }: SpanPreview,
  result: readonly string[],
  remarks: readonly string[],
  free: readonly number[],
  most: number,
): Arrangement {
  // That there are more lines is said once.
  const all = result.length + remarks.length <= free.length;
  const below =
    free.length === 1 && result.length > 0 ? [] : all ? remarks : remark === '' ? [] : [remark];
  const rows = foldLines(result, free.length - below.length, whole, most);
  const counted = rows.length > 1 && rows.length < result.length ? rows.length - 1 : -1;
  const texts = rows.map((row, index) => (index === counted ? row : shorten(row, most)));
  return { free, texts, remarks: below };
}

/** What is said below a fill of so many lines. */
function remarkBelow(
  document: DrawnDocument,
  { remark, whole }: SpanPreview,
  lines: number,
): string {
  if (remark !== '' || whole === '' || lines <= 1 || document.columns >= LONGEST) return remark;
  return referring(`${lines} lines`, whole);
}

/** Where there are only long lines. */
function anyBeside(beside: (longest: number) => readonly number[]): readonly number[] {
  const short = beside(LONGEST);
  return short.length > 0 ? short : beside(Number.POSITIVE_INFINITY);
}
