import { columns, dedent, expandTabs, foldLines, shorten, shortenStart } from './drawnText';

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
}

/** A span in lines and characters, both 0-based, and what is to be drawn for it. */
export interface SpanPreview {
  readonly startLine: number;
  readonly startCharacter: number;
  readonly endLine: number;
  readonly endCharacter: number;
  /** The text that would replace the span, with `\n` line ends; null while there is none. */
  readonly fill: string | null;
  /** One line about the run; may be empty. */
  readonly remark: string;
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
  | { readonly kind: 'inline'; readonly text: string; readonly remark: string }
  | { readonly kind: 'box'; readonly rows: readonly BoxRow[] };

/** A box starts at most this far to the right; longer lines push their own row further. */
const RIGHTMOST = 72;
/** Lines longer than this have no row where others do: it would be drawn beyond the window. */
const LONGEST = 100;
/** What stands before a fill on its line leaves room for it. */
const MOST_BEFORE = 60;
const MOST_ROWS = 24;
const MOST_COLUMNS = 120;
/** Columns between the longest line and a box, and the least between any line and its row. */
const BOX_GAP = 4;
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
  const widthOf = (line: number) =>
    columns(document.lines(line).slice(0, 2 * LONGEST), document.tabSize) +
    (drawnInline.get(line) ?? 0);
  // Lines above this one are taken by the boxes before.
  let free = 0;
  return previews.map((preview, index) => {
    const done = inline[index];
    if (done) return done;
    const next = previews.find((_, other) => other > index && !inline[other]);
    const rows = box(document, preview, widthOf, free, next?.startLine ?? document.lineCount);
    free = Math.min(document.lineCount - 1, (rows.at(-1)?.line ?? free) + 1);
    return { kind: 'box', rows };
  });
}

function inlineLayout(
  document: DrawnDocument,
  { startLine, endLine, fill, remark }: SpanPreview,
): Extract<PreviewLayout, { kind: 'inline' }> | null {
  if (fill === null) return { kind: 'inline', text: '', remark };
  // A span of several lines has its box from the first step on, so that the fill does not jump there later.
  if (startLine !== endLine || fill.includes('\n')) return null;
  return { kind: 'inline', text: drawable(fill, document.tabSize), remark };
}

/** @param from first line the box may use. @param to the line it should end before. */
function box(
  document: DrawnDocument,
  preview: SpanPreview,
  widthOf: (line: number) => number,
  from: number,
  to: number,
): BoxRow[] {
  const { startLine, endLine, remark } = preview;
  const free = linesBeside(startLine, widthOf, from, to);
  const remarks = remark === '' || free.length === 1 ? [] : [remark];
  const texts = foldLines(resultLines(document, preview), free.length - remarks.length);
  const lines = [...texts.map((each) => shorten(each, MOST_COLUMNS)), ...remarks];
  const above = free.filter((line) => line < startLine).length;
  const taken = free.slice(Math.min(above, free.length - lines.length));
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

/**
 * The lines beside which a box may have its rows: from the start of its span on, and where those are too few, above it.
 * Without the long ones, unless there are no others.
 *
 * @returns at least one, at most `MOST_ROWS`
 */
function linesBeside(
  startLine: number,
  widthOf: (line: number) => number,
  from: number,
  to: number,
): number[] {
  const start = Math.max(from, Math.min(startLine, to));
  const below = range(start, Math.min(to, start + 2 * MOST_ROWS));
  const above = range(Math.max(from, start - 2 * MOST_ROWS), start);
  const isShort = (line: number) => widthOf(line) <= LONGEST;
  const choose = (lines: readonly number[], others: readonly number[]) => {
    const chosen = lines.slice(0, MOST_ROWS);
    return [...others.slice(Math.max(0, others.length + chosen.length - MOST_ROWS)), ...chosen];
  };
  const short = choose(below.filter(isShort), above.filter(isShort));
  const lines = short.length > 0 ? short : choose(below, above);
  return lines.length > 0 ? lines : [from];
}

/** The whole numbers from one up to, but not including, another. */
const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

/**
 * The lines of the span as they would become, with what stands before and after it on them; a line that the fill only ends
 * or begins keeps its text, and is left out.
 */
function resultLines(document: DrawnDocument, preview: SpanPreview): string[] {
  const before = document.lines(preview.startLine).slice(0, preview.startCharacter);
  const after = document.lines(preview.endLine).slice(preview.endCharacter);
  const prefix = shortenStart(before, MOST_BEFORE);
  const suffix = shorten(after.slice(0, 2 * MOST_COLUMNS), MOST_COLUMNS);
  const fill = preview.fill ?? '';
  if (/^\n*$/.test(fill) && fill !== '') return ['⏎'.repeat(fill.length)];
  const lines = `${prefix}${fill}${suffix}`.split('\n');
  const added = lines.slice(fill.startsWith('\n') ? 1 : 0, fill.endsWith('\n') ? -1 : undefined);
  return dedent(added.map((line) => expandTabs(line, document.tabSize)));
}

function drawable(text: string, tabSize: number): string {
  return shorten(expandTabs(text, tabSize), MOST_COLUMNS);
}
