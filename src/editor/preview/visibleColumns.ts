/** What can be known of how wide an editor is, which VS Code does not tell. */
export interface EditorSurroundings {
  /** `editor.wordWrap` */
  readonly wordWrap: string;
  /** `editor.wordWrapColumn` */
  readonly wordWrapColumn: number;
  /** Groups of editors that share the window. */
  readonly groups: number;
  /** Whether it is one side of a comparison. */
  readonly inComparison: boolean;
  /** CSS pixels of its group; undefined where VS Code does not tell, as of a side of a comparison, which is in none by itself. */
  readonly width: number | undefined;
  /** `editor.fontSize`, in CSS pixels. */
  readonly fontSize: number;
  /** `editor.minimap.enabled` */
  readonly minimap: boolean;
}

/** As wide as an editor that lines wrap in can be expected to be. */
const WRAPPED = 80;
/** By the number of editors side by side, on a screen of a common size. */
const HALF = 48;
const THIRD = 40;

/** Of fonts for code, how wide a column is, as a share of their size; few are wider. */
const COLUMN = 0.61;
/** Columns that line numbers, and the marks beside them, take. */
const GUTTER = 8;
/** CSS pixels of the scroll bar. */
const SCROLL_BAR = 14;
/** CSS pixels that the minimap takes for a column of the text. */
const MINIMAP_COLUMN = 1;

/** The columns that are sure to be seen, in so far as that can be guessed; infinite where there seem to be enough. */
export function visibleColumns(editor: EditorSurroundings): number {
  // Of one that is alone it would be told only if there were several before: it looks the same whether there were or not.
  const isTold = editor.width !== undefined && editor.groups > 1;
  const measured = isTold ? columnsIn(editor.width, editor) : undefined;
  return Math.min(
    wrapColumn(editor, measured),
    measured ?? beside(editor.groups * (editor.inComparison ? 2 : 1)),
  );
}

function columnsIn(width: number, { fontSize, minimap }: EditorSurroundings): number {
  const column = fontSize * COLUMN;
  const text = width - SCROLL_BAR - GUTTER * column;
  return Math.max(1, Math.floor(text / (column + (minimap ? MINIMAP_COLUMN : 0))));
}

function wrapColumn(
  { wordWrap, wordWrapColumn }: EditorSurroundings,
  measured: number | undefined,
): number {
  const wrapped = measured ?? WRAPPED;
  if (wordWrap === 'on') return wrapped;
  if (wordWrap === 'wordWrapColumn') return wordWrapColumn;
  return wordWrap === 'bounded' ? Math.min(wrapped, wordWrapColumn) : Number.POSITIVE_INFINITY;
}

function beside(editors: number): number {
  if (editors <= 1) return Number.POSITIVE_INFINITY;
  return editors === 2 ? HALF : THIRD;
}
