import { FilePermission, Selection, type TextDocument, type TextEditor, workspace } from 'vscode';
import { holesIn } from '../../engine/client';
import { lineEndOf } from '../../engine/protocol/lineFeeds';
import type { Place } from '../place/place';
import { joinSpans, type Span, textsOf } from './spans';

/**
 * The selections of an editor as spans, without the line ends that they end with and without cursors that select
 * nothing; null when nothing is selected in it.
 */
export function selectedSpans(editor: TextEditor): Span[] | null {
  const { document } = editor;
  const selections = editor.selections.filter((selection) => !selection.isEmpty);
  if (selections.length === 0) return null;
  const selected = joinSpans(
    selections.map((selection) => ({
      start: document.offsetAt(selection.start),
      end: document.offsetAt(selection.end),
    })),
  );
  const text = document.getText();
  return selected.map(({ start, end }) => ({
    start,
    end: end - lineEndOf(text.slice(start, end)).length,
  }));
}

/**
 * Takes the line ends that an editor's selections end with out of them. A cursor that is left behind such a line end, on
 * the next line, would not be at the span that was selected.
 */
export function leaveLineEnds(editor: TextEditor): void {
  const { document, selections } = editor;
  const left = selections.map((selection) => {
    const { start, end, isReversed } = selection;
    if (end.character > 0 || start.line === end.line) return selection;
    const to = document.lineAt(end.line - 1).range.end;
    return isReversed ? new Selection(to, start) : new Selection(start, to);
  });
  if (left.some((selection, index) => selection !== selections[index])) editor.selections = left;
}

/** As `selectedSpans`; null where one of them holds nothing but white space, of which there is nothing to rewrite. */
export function selectedCode(editor: TextEditor): Span[] | null {
  const spans = selectedSpans(editor);
  const texts = spans && textsOf(editor.document.getText(), spans);
  return texts?.every((text) => text.trim() !== '') ? spans : null;
}

/** At every cursor of an editor the hole whose marker it is at, otherwise an empty span. */
export function cursorSpans({ document, selections }: TextEditor, marker: string): Span[] {
  return joinSpans(
    selections.map(({ active }) => {
      const offset = document.offsetAt(active);
      const at = { start: offset, end: offset };
      const holes = holesAt(document, active.line, marker);
      return holes.find(({ start, end }) => start <= offset && offset <= end) ?? at;
    }),
  );
}

/** The holes of a line. The rest of a document is read only for a marker that has a line end in it. */
function holesAt(document: TextDocument, line: number, marker: string): Span[] {
  if (marker.includes('\n')) return holesIn(document.getText(), marker);
  const { text, range } = document.lineAt(line);
  const from = document.offsetAt(range.start);
  return holesIn(text, marker).map(({ start, end }) => ({ start: from + start, end: from + end }));
}

/** Which of a place's spans (index) the cursor of an editor is at; −1 where it is at none. */
export function spanAtCursor(editor: TextEditor | undefined, place: Place | null): number {
  if (!editor || editor.document !== place?.document) return -1;
  return place.ranges.findIndex((range) => range.contains(editor.selection.active));
}

/** Every place of a document where a hole marker stands; null where there is none. */
export function holeSpans(document: TextDocument, marker: string): Span[] | null {
  const holes = holesIn(document.getText(), marker);
  return holes.length === 0 ? null : holes;
}

/**
 * Of the holes of a document, those that are filled together: the first, and such as are held back only where there are no
 * others.
 *
 * @param heldBack where these are in the present text
 */
export function holesInTurn(
  holes: readonly Span[],
  heldBack: readonly Span[],
  most: number,
): readonly Span[] {
  const others = holes.filter(
    ({ start, end }) => !heldBack.some((each) => each.start === start && each.end === end),
  );
  return (others.length > 0 ? others : holes).slice(0, most);
}

/** Editable schemes that are no file systems; any other such scheme is served by a read-only content provider. */
const editableSchemes = new Set(['untitled', 'vscode-notebook-cell', 'vscode-interactive-input']);

/**
 * Whether a document can be edited, as far as an extension can tell: a file made read-only by the editor's own
 * settings shows only when an edit is refused.
 */
export async function isWritable(document: TextDocument): Promise<boolean> {
  const { uri } = document;
  const writableFileSystem = workspace.fs.isWritableFileSystem(uri.scheme);
  if (writableFileSystem === undefined) return editableSchemes.has(uri.scheme);
  if (!writableFileSystem) return false;
  try {
    const { permissions } = await workspace.fs.stat(uri);
    return ((permissions ?? 0) & FilePermission.Readonly) === 0;
  } catch {
    // Not on the disk yet, or gone from it: its text can be edited all the same.
    return true;
  }
}
