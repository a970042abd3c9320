import { Range, TextEditorRevealType, window } from 'vscode';
import type { Place } from './place';

/** Brings the start of the first span into view, where its document is shown and that is out of view: the fill is drawn there. */
export function revealStart({ document, ranges }: Place): void {
  const [first] = ranges;
  const editor = window.visibleTextEditors.find((each) => each.document === document);
  if (!first || !editor) return;
  const start = new Range(first.start, first.start);
  editor.revealRange(start, TextEditorRevealType.InCenterIfOutsideViewport);
}
