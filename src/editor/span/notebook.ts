import { type TextDocument, workspace } from 'vscode';
import type { Span } from './spans';

/** Between two cells, which need no line end of their own. */
const BETWEEN = '\n\n';

/**
 * The text that a model reads around spans of a document, and where they lie in it. The cells of a notebook make one program:
 * around a cell stand the others of its language.
 */
export function textAround(
  document: TextDocument,
  spans: readonly Span[],
): { text: string; spans: readonly Span[] } {
  const cells = cellsOf(document).filter(
    (cell) =>
      cell === document ||
      (cell.languageId === document.languageId && cell.getText().trim() !== ''),
  );
  const text = cells.map((cell) => cell.getText()).join(BETWEEN);
  const before = cells.slice(0, cells.indexOf(document));
  const shift = before.reduce((sum, cell) => sum + cell.getText().length + BETWEEN.length, 0);
  return {
    text,
    spans: spans.map(({ start, end }) => ({ start: start + shift, end: end + shift })),
  };
}

/** The other cells of the notebook that a document is a cell of; none of a document that is no cell. */
export function otherCells(document: TextDocument): TextDocument[] {
  return cellsOf(document).filter((cell) => cell !== document);
}

/** The cells of the notebook that a document is one of, in order; the document alone where it is none. */
function cellsOf(document: TextDocument): TextDocument[] {
  const cells = workspace.notebookDocuments.map((notebook) =>
    notebook.getCells().map((cell) => cell.document),
  );
  return cells.find((documents) => documents.includes(document)) ?? [document];
}
