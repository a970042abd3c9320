import { Range, TextEditorRevealType, window } from 'vscode';
import type { Place } from './place';

/**
 * Brings the start of the first span into view, where its document is shown and that is out of view: the fill is drawn there.
 * Of several editors that show it, the active one is looked at.
 */
export function revealStart({ document, ranges }: Place): void {
  const [first] = ranges;
  const editors = [window.activeTextEditor, ...window.visibleTextEditors];
  const editor = editors.find((each) => each?.document === document);
  if (!first || !editor) return;
  const start = new Range(first.start, first.start);
  editor.revealRange(start, TextEditorRevealType.InCenterIfOutsideViewport);
}
