import { columns, dedent, expandTabs, foldLines, shorten } from './drawnText';

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
  const widthOf = (line: number) =>
    columns(document.lines(line), document.tabSize) + (drawnInline.get(line) ?? 0);
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
  const room = Math.max(1, to - from);
  const remarks = remark === '' || room === 1 ? [] : [remark];
  const texts = foldLines(
    resultLines(document, preview),
    Math.min(MOST_ROWS, room) - remarks.length,
  );
  const lines = [...texts.map((each) => shorten(each, MOST_COLUMNS)), ...remarks];
  const top = Math.max(from, Math.min(startLine, to - lines.length));
  const bottom = Math.min(document.lineCount, Math.max(top + lines.length, endLine + 1));
  const widths = Array.from({ length: bottom - top }, (_, row) => widthOf(top + row));
  const left =
    Math.min(
      RIGHTMOST,
      widths.reduce((most, each) => Math.max(most, each), 0),
    ) + BOX_GAP;
  const width = Math.max(...lines.map((each) => columns(each, 1)));
  return lines.map((text, row) => ({
    line: top + row,
    gap: Math.max(ROW_GAP, left - (widths[row] ?? 0)),
    text: text + ' '.repeat(width - columns(text, 1)),
    remark: row >= texts.length,
  }));
}

/**
 * The lines of the span as they would become, with what stands before and after it on them; a line that the fill only ends
 * or begins keeps its text, and is left out.
 */
function resultLines(document: DrawnDocument, preview: SpanPreview): string[] {
  const prefix = document.lines(preview.startLine).slice(0, preview.startCharacter);
  const suffix = document.lines(preview.endLine).slice(preview.endCharacter);
  const fill = preview.fill ?? '';
  if (/^\n*$/.test(fill) && fill !== '') return ['⏎'.repeat(fill.length)];
  const lines = `${prefix}${fill}${suffix}`.split('\n');
  const added = lines.slice(fill.startsWith('\n') ? 1 : 0, fill.endsWith('\n') ? -1 : undefined);
  return dedent(added.map((line) => expandTabs(line, document.tabSize)));
}

function drawable(text: string, tabSize: number): string {
  return shorten(expandTabs(text, tabSize), MOST_COLUMNS);
}
