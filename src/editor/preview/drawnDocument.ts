import type { FilledSpan } from './filledLines';

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

/** Lines longer than this have no row where others do: it would be drawn beyond the window. */
export const LONGEST = 100;
/** More of a line is not drawn. */
export const MOST_COLUMNS = 120;
