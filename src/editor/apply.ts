import { EndOfLine, WorkspaceEdit, workspace } from 'vscode';
import type { Place } from './place';
import { toLineEnds } from './spans';

/**
 * Replaces the text of every span by its fill: one edit, hence one undo step.
 *
 * @param fills one per span, with `\n` line ends.
 * @returns false when the document did not take the edit (it is read-only, or changed at the same moment).
 */
export async function replaceSpans(place: Place, fills: readonly string[]): Promise<boolean> {
  const { document } = place;
  const lineEnd = document.eol === EndOfLine.CRLF ? '\r\n' : '\n';
  const texts = fills.map((fill) => toLineEnds(fill, lineEnd));
  const edit = new WorkspaceEdit();
  place.ranges.forEach((range, index) => {
    edit.replace(document.uri, range, texts[index] ?? '');
  });
  if (!(await workspace.applyEdit(edit))) return false;
  // Some read-only editors report success all the same.
  return place.ranges.every((range, index) => document.getText(range) === texts[index]);
}
