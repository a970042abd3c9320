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
}

/** As wide as an editor that lines wrap in can be expected to be. */
const WRAPPED = 80;
/** By the number of editors side by side, on a screen of a common size. */
const HALF = 48;
const THIRD = 40;

/** The columns that are sure to be seen, in so far as that can be guessed; infinite where there seem to be enough. */
export function visibleColumns(editor: EditorSurroundings): number {
  return Math.min(wrapColumn(editor), beside(editor.groups * (editor.inComparison ? 2 : 1)));
}

function wrapColumn({ wordWrap, wordWrapColumn }: EditorSurroundings): number {
  if (wordWrap === 'on') return WRAPPED;
  if (wordWrap === 'wordWrapColumn') return wordWrapColumn;
  return wordWrap === 'bounded' ? Math.min(WRAPPED, wordWrapColumn) : Number.POSITIVE_INFINITY;
}

function beside(editors: number): number {
  if (editors <= 1) return Number.POSITIVE_INFINITY;
  return editors === 2 ? HALF : THIRD;
}
