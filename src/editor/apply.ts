import {
  EndOfLine,
  type Range,
  Selection,
  type TextDocument,
  type TextEditor,
  WorkspaceEdit,
  window,
  workspace,
} from 'vscode';
import type { Place } from './place';
import { filledSpans, toLineEnds, withFills } from './spans';

/**
 * Replaces the text of every span by its fill: one edit, hence one undo step.
 *
 * @param fills one per span, with `\n` line ends.
 * @returns false when the document did not take the edit (it is read-only, or changed or closed at the same moment).
 */
export async function replaceSpans(place: Place, fills: readonly string[]): Promise<boolean> {
  const { document, ranges, spans } = place;
  const lineEnd = document.eol === EndOfLine.CRLF ? '\r\n' : '\n';
  const texts = fills.map((fill) => toLineEnds(fill, lineEnd));
  const before = document.getText();
  const expected = withFills(before, spans, texts);
  const editor = window.visibleTextEditors.find((each) => each.document === document);
  try {
    const taken = editor ? editIn(editor, ranges, texts) : editUnseen(document, ranges, texts);
    if (!(await taken)) return false;
  } catch {
    // An editor that closes at this very moment refuses with an error that says nothing to a user.
    return false;
  }
  const after = document.getText();
  if (after === expected) {
    place.moveTo(filledSpans(spans, texts));
    // A fill left selected would be gone with the next key.
    if (editor) editor.selections = place.ranges.map(({ end }) => new Selection(end, end));
  }
  // Some read-only editors report success all the same.
  return after !== before || expected === before;
}

/** An edit through an editor arrives as it is; a workspace edit would be cut down to what differs. */
function editIn(
  editor: TextEditor,
  ranges: readonly Range[],
  texts: readonly string[],
): Thenable<boolean> {
  return editor.edit((builder) => {
    ranges.forEach((range, index) => {
      builder.replace(range, texts[index] ?? '');
    });
  });
}

function editUnseen(
  { uri }: TextDocument,
  ranges: readonly Range[],
  texts: readonly string[],
): Thenable<boolean> {
  const edit = new WorkspaceEdit();
  ranges.forEach((range, index) => {
    edit.replace(uri, range, texts[index] ?? '');
  });
  return workspace.applyEdit(edit);
}
