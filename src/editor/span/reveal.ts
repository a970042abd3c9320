import { commands, Range, TextEditorRevealType, window } from 'vscode';
import type { Place } from '../place/place';

/** Folded regions can stand within each other, but hardly this deep. */
const ALL_LEVELS = 100;

/**
 * Brings the start of the first span into view, where its document is shown and that is out of view: the fill is drawn there.
 * Of several editors that show it, the active one is looked at; there, what is folded of the spans is unfolded, as a fill is
 * drawn beside their lines.
 */
export function revealStart({ document, ranges }: Place): void {
  const [first] = ranges;
  const { activeTextEditor: active } = window;
  const editors = [active, ...window.visibleTextEditors];
  const editor = editors.find((each) => each?.document === document);
  if (!first || !editor) return;
  const start = new Range(first.start, first.start);
  const reveal = () => editor.revealRange(start, TextEditorRevealType.InCenterIfOutsideViewport);
  if (editor === active) unfold(ranges).then(reveal, reveal);
  else reveal();
}

/** In the active editor, and without moving its selections. */
function unfold(ranges: readonly Range[]): Thenable<unknown> {
  const lines = ranges.flatMap(({ start, end }) =>
    Array.from({ length: end.line - start.line + 1 }, (_, index) => start.line + index),
  );
  // Upwards are the regions that a line is in, and the one that begins with it.
  const options = { selectionLines: lines, direction: 'up', levels: ALL_LEVELS };
  return commands.executeCommand('editor.unfold', options);
}
