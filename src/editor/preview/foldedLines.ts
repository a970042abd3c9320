import type { Range, TextEditor } from 'vscode';

/** Ranges of lines, each with its last, that are folded away between what is visible of an editor. */
export function foldedLines({ visibleRanges }: TextEditor): [first: number, last: number][] {
  const between = (range: Range, next: Range): [number, number] => [
    range.end.line + 1,
    next.start.line - 1,
  ];
  return visibleRanges
    .slice(1)
    .map((next, index) => between(visibleRanges[index]!, next))
    .filter(([first, last]) => first <= last);
}
