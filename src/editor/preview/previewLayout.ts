import { visibleText } from '../visibleText';
import { arrange } from './boxTexts';
import { ALONE, BOX_GAP } from './boxWidths';
import { type DrawnDocument, LONGEST, MOST_COLUMNS, type SpanPreview } from './drawnDocument';
import { columns, dedent, expandTabs, shorten, shortenStart } from './drawnText';
import { textAfter, textBefore } from './filledLines';
import { linesBeside, type Room, takenOf } from './linesBeside';

/**
 * Where the text of previews is drawn. Editors draw decorations beside the characters of existing lines only,
 * so a fill of one line goes behind its span, and whatever has more lines into a box to the right of the code.
 */

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
/** What stands before a fill on its line leaves room for it. */
const MOST_BEFORE = 60;
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
  { startLine, startCharacter, endLine, endCharacter, fill, remark }: SpanPreview,
): Extract<PreviewLayout, { kind: 'inline' }> | null {
  // A span of several lines has its box from the first step on, so that the fill does not jump there later.
  if (fill !== null && (startLine !== endLine || fill.includes('\n'))) return null;
  const text = drawable(fill ?? '', document.tabSize);
  const line = document.lines(endLine).slice(0, 2 * LONGEST);
  const widthTo = (character: number) =>
    columns(line.slice(0, character), document.tabSize) + columns(text, 1);
  // Lines wrap by their own text: what is drawn among it does not, and would go on unseen. Who wrote beyond what most see has
  // scrolled there.
  const start =
    startLine === endLine ? columns(line.slice(0, startCharacter), document.tabSize) : 0;
  const seenColumns = start > ALONE ? document.columns : Math.min(ALONE, document.columns);
  if (text !== '' && widthTo(endCharacter) > seenColumns && document.lineCount > 1) return null;
  const whole = widthTo(line.length);
  const seen = whole <= LONGEST && whole + ROW_GAP + columns(remark, 1) <= document.columns;
  return { kind: 'inline', text, remark, remarkAt: seen ? 'line end' : 'span' };
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
  const lines = visibleText(`${prefix}${fill}${suffix}`).split('\n');
  const added = lines.slice(fill.startsWith('\n') ? 1 : 0, fill.endsWith('\n') ? -1 : undefined);
  return dedent(added.map((line) => expandTabs(line, document.tabSize)));
}

function drawable(text: string, tabSize: number): string {
  return shorten(expandTabs(visibleText(text), tabSize), MOST_COLUMNS);
}
