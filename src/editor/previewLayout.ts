/**
 * Where the text of a preview is drawn. Editors draw decorations beside the characters of existing lines only,
 * so a fill of one line goes behind its span, and a longer one into a box to the right of the lines it stands for.
 */

/** A span in lines and characters, both 0-based; `lines` gives the text of every line of its document. */
export interface PlacedSpan {
  readonly lines: (line: number) => string;
  readonly lineCount: number;
  readonly startLine: number;
  readonly startCharacter: number;
  readonly endLine: number;
  readonly endCharacter: number;
  /** Columns a tab advances to a multiple of. */
  readonly tabSize: number;
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

/** The box starts at most this far to the right; longer lines push their own row further. */
const RIGHTMOST = 72;
const MOST_ROWS = 24;
const MOST_COLUMNS = 120;

/**
 * @param fill the text that would replace the span, with `\n` line ends.
 * @param remark one line about the run, drawn with the fill; may be empty.
 */
export function layOut(span: PlacedSpan, fill: string, remark: string): PreviewLayout {
  if (!fill.includes('\n')) return { kind: 'inline', text: visible(fill, span.tabSize), remark };
  const prefix = span.lines(span.startLine).slice(0, span.startCharacter);
  const suffix = span.lines(span.endLine).slice(span.endCharacter);
  const expanded = `${prefix}${fill}${suffix}`
    .split('\n')
    .map((line) => visible(line, span.tabSize));
  const result = dedent(expanded);
  const room = Math.min(MOST_ROWS, span.lineCount - (remark === '' ? 0 : 1));
  const texts = fold(result, Math.max(1, room));
  const height = texts.length + (remark === '' ? 0 : 1);
  const top = Math.max(0, Math.min(span.startLine, span.lineCount - height));
  const widths = Array.from({ length: Math.min(height, span.lineCount - top) }, (_, row) =>
    columns(span.lines(top + row), span.tabSize),
  );
  const left = Math.min(RIGHTMOST, Math.max(...widths)) + 4;
  const boxWidth = Math.max(remark.length, ...texts.map((text) => text.length));
  const rows = widths.map((width, row): BoxRow => {
    const own = texts[row];
    const last = row === widths.length - 1;
    // A document of a single line has room for one row: the fill's.
    const text = own ?? remark;
    return {
      line: top + row,
      gap: Math.max(2, left - width),
      text: text.padEnd(boxWidth),
      remark: own === undefined && last,
    };
  });
  return { kind: 'box', rows };
}

/** At most `room` lines: those that do not fit are counted, or joined where there is room for one only. */
function fold(lines: readonly string[], room: number): string[] {
  if (lines.length <= room) return [...lines];
  if (room === 1) return [shorten(lines.map((line) => line.trim()).join(' ⏎ '))];
  const hidden = lines.length - room + 1;
  return [...lines.slice(0, room - 1), `… ${hidden} more lines`];
}

function visible(text: string, tabSize: number): string {
  return shorten(expandTabs(text, tabSize));
}

function shorten(text: string): string {
  const characters = Array.from(text);
  if (characters.length <= MOST_COLUMNS) return text;
  return `${characters.slice(0, MOST_COLUMNS - 1).join('')}…`;
}

/** Takes off the indentation that all lines share, so that a deeply nested fill does not leave the screen. */
function dedent(lines: readonly string[]): string[] {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const shared = indents.length === 0 ? 0 : Math.min(...indents);
  return lines.map((line) => line.slice(shared));
}

function expandTabs(text: string, tabSize: number): string {
  let expanded = '';
  for (const character of text) {
    expanded += character === '\t' ? ' '.repeat(tabSize - (expanded.length % tabSize)) : character;
  }
  return expanded;
}

function columns(text: string, tabSize: number): number {
  return Array.from(expandTabs(text, tabSize)).length;
}
