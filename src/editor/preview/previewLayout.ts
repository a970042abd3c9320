import { BOX_GAP, boxWidths, LEAST_WIDTH } from './boxWidths';
import {
  columns,
  dedent,
  expandTabs,
  foldLines,
  referring,
  shorten,
  shortenStart,
  wrap,
} from './drawnText';
import { type FilledSpan, textAfter, textBefore } from './filledLines';

/**
 * Where the text of previews is drawn. Editors draw decorations beside the characters of existing lines only,
 * so a fill of one line goes behind its span, and whatever has more lines into a box to the right of the code.
 */

/** The lines of a document, 0-based. */
export interface DrawnDocument {
  readonly lines: (line: number) => string;
  readonly lineCount: number;
  /** Columns a tab advances to a multiple of. */
  readonly tabSize: number;
  /** Columns that are sure to be seen, where there may be few; else infinite. */
  readonly columns: number;
  /** Whether a line is folded away. */
  readonly isHidden: (line: number) => boolean;
}

/** A span and what is to be drawn for it. */
export interface SpanPreview extends FilledSpan {
  /** One line about the run; may be empty. */
  readonly remark: string;
  /** What shows the whole fill where its drawing may not, in a word; empty while there is nothing to show it. */
  readonly whole: string;
}

/** One line of a box. */
export interface BoxRow {
  /** The document's line it is drawn behind. */
  readonly line: number;
  /** Columns left free between the end of that line and the box. */
  readonly gap: number;
  /** Padded to the width of the box. */
  readonly text: string;
  /** A remark of ours, not part of the fill. */
  readonly remark: boolean;
}

export type PreviewLayout =
  | {
      readonly kind: 'inline';
      readonly text: string;
      readonly remark: string;
      /** Where the remark stands: the end of its line may be out of sight. */
      readonly remarkAt: 'span' | 'line end';
    }
  | { readonly kind: 'box'; readonly rows: readonly BoxRow[] };

/** A box starts at most this far to the right; longer lines push their own row further. */
const RIGHTMOST = 72;
/** Lines longer than this have no row where others do: it would be drawn beyond the window. */
const LONGEST = 100;
/** What stands before a fill on its line leaves room for it. */
const MOST_BEFORE = 60;
const MOST_ROWS = 24;
const MOST_COLUMNS = 120;
/** The least columns between any line and its row. */
const ROW_GAP = 2;

/** Lays out the previews of one document, given in document order; boxes never share a line if they can help it. */
export function layOut(document: DrawnDocument, previews: readonly SpanPreview[]): PreviewLayout[] {
  const inline = previews.map((preview) => inlineLayout(document, preview));
  const drawnInline = new Map<number, number>();
  previews.forEach(({ endLine }, index) => {
    const width = inline[index] ? columns(inline[index].text + inline[index].remark, 1) : 0;
    drawnInline.set(endLine, (drawnInline.get(endLine) ?? 0) + width);
  });
  // All that lies beyond what counts as long is as good as another; lines of a megabyte are not measured at every frame.
  const widths = new Map<number, number>();
  const widthOf = (line: number) => {
    const width =
      widths.get(line) ??
      columns(document.lines(line).slice(0, 2 * LONGEST), document.tabSize) +
        (drawnInline.get(line) ?? 0);
    widths.set(line, width);
    return width;
  };
  // Lines above this one are taken by the boxes before.
  let free = 0;
  return previews.map((preview, index) => {
    const done = inline[index];
    if (done) return done;
    const next = previews.find((_, other) => other > index && !inline[other]);
    const result = resultLines(document, previews, index);
    const room = { widthOf, from: free, to: next?.startLine ?? document.lineCount };
    const rows = box(document, preview, result, room);
    free = Math.min(document.lineCount - 1, (rows.at(-1)?.line ?? free) + 1);
    return { kind: 'box', rows };
  });
}

function inlineLayout(
  document: DrawnDocument,
  { startLine, endLine, endCharacter, fill, remark }: SpanPreview,
): Extract<PreviewLayout, { kind: 'inline' }> | null {
  // A span of several lines has its box from the first step on, so that the fill does not jump there later.
  if (fill !== null && (startLine !== endLine || fill.includes('\n'))) return null;
  const text = drawable(fill ?? '', document.tabSize);
  const line = document.lines(endLine).slice(0, 2 * LONGEST);
  const widthTo = (character: number) =>
    columns(line.slice(0, character), document.tabSize) + columns(text, 1);
  // Lines wrap by their own text: what is drawn among it does not, and would go on unseen.
  if (text !== '' && widthTo(endCharacter) > document.columns && document.lineCount > 1)
    return null;
  const whole = widthTo(line.length);
  const seen = whole <= LONGEST && whole + ROW_GAP + columns(remark, 1) <= document.columns;
  return { kind: 'inline', text, remark, remarkAt: seen ? 'line end' : 'span' };
}

/** Where a box may be drawn. */
interface Room {
  /** Columns of a line, with what is drawn on it. */
  readonly widthOf: (line: number) => number;
  /** The first line that the box may use, and the line that it should end before. */
  readonly from: number;
  readonly to: number;
}

/** @param all the lines of the span as they would become */
function box(
  document: DrawnDocument,
  preview: SpanPreview,
  all: readonly string[],
  room: Room,
): BoxRow[] {
  const { startLine, endLine } = preview;
  const { widthOf } = room;
  const beside = (longest: number) => linesBeside(document, startLine, room, longest);
  const { free, texts, remarks } = arrange(document, preview, all, beside);
  const lines = [...texts, ...remarks];
  if (lines.length === 0) return [];
  const taken = takenOf(free, startLine, lines.length);
  const bottom = Math.max(endLine, taken[lines.length - 1] ?? 0);
  // Also of those lines of the span that have no row yet: a fill that grows stays where it is.
  const widths = taken.filter((line) => line <= bottom).map(widthOf);
  const left = Math.min(RIGHTMOST, Math.max(...widths)) + BOX_GAP;
  const width = Math.max(...lines.map((each) => columns(each, 1)));
  return lines.map((text, row) => ({
    line: taken[row]!,
    gap: Math.max(ROW_GAP, left - widths[row]!),
    text: text + ' '.repeat(width - columns(text, 1)),
    remark: row >= texts.length,
  }));
}

/** Of the lines that a box may stand beside, those from its first on: its span's, or as few above as so many rows need. */
function takenOf(free: readonly number[], startLine: number, rows: number): readonly number[] {
  const above = free.filter((line) => line < startLine).length;
  return free.slice(Math.min(above, free.length - rows));
}

/** What the rows of a box hold, and the lines that they may stand beside: at least as many. */
interface Arrangement {
  readonly free: readonly number[];
  readonly texts: readonly string[];
  readonly remarks: readonly string[];
}

/**
 * @param all the lines of the span as they would become
 * @param beside the lines, none longer than so many columns, that a box may have its rows beside
 */
function arrange(
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
  let best: Arrangement | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const { width, longest, cost } of widths) {
    const texts = result.flatMap((line) => wrap(line, width));
    const free = beside(longest);
    const rows = texts.length + remarks.length;
    if (rows > free.length) continue;
    const taken = takenOf(free, preview.startLine, rows);
    const ends = [taken[0]!, taken[rows - 1]!].map((line) => Math.abs(line - preview.startLine));
    const distance = Math.max(...ends) + cost;
    if (distance >= least) continue;
    best = { free, texts, remarks };
    least = distance;
  }
  if (best) return best;
  const free = beside(Math.min(LONGEST, document.columns - BOX_GAP - LEAST_WIDTH));
  const most = document.columns < LONGEST && free.length > 0 ? LEAST_WIDTH : MOST_COLUMNS;
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

/**
 * The lines beside which a box may have its rows: from the start of its span on, and where those are too few, above it.
 *
 * @param longest columns that such a line may have
 * @returns at most `MOST_ROWS`; some, where it may have any number
 */
function linesBeside(
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

/** The whole numbers from one up to, but not including, another. */
const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

/**
 * The lines of the span as they would become, with what stands before and after it on them; a line that the fill only ends
 * or begins keeps its text, and is left out.
 */
function resultLines(
  document: DrawnDocument,
  previews: readonly SpanPreview[],
  index: number,
): string[] {
  const before = textBefore(document.lines, previews, index);
  const after = textAfter(document.lines, previews, index);
  const prefix = shortenStart(before, Math.min(MOST_BEFORE, Math.ceil(document.columns / 2)));
  const suffix = shorten(after.slice(0, 2 * MOST_COLUMNS), MOST_COLUMNS);
  const fill = previews[index]!.fill ?? '';
  if (/^\n*$/.test(fill) && fill !== '') return ['⏎'.repeat(fill.length)];
  const lines = `${prefix}${fill}${suffix}`.split('\n');
  const added = lines.slice(fill.startsWith('\n') ? 1 : 0, fill.endsWith('\n') ? -1 : undefined);
  return dedent(added.map((line) => expandTabs(line, document.tabSize)));
}

function drawable(text: string, tabSize: number): string {
  return shorten(expandTabs(text, tabSize), MOST_COLUMNS);
}
