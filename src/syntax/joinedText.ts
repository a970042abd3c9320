import type { Edit, Point } from '@vscode/tree-sitter-wasm';

/** The text with fills in its spans. */
export function joined(texts: readonly string[], fills: readonly string[]): string {
  return texts.map((text, i) => text + (fills[i] ?? '')).join('');
}

/** Characters (UTF-16 units) of some texts in all. */
export function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length, 0);
}

/** Offset of every span in the text whose spans are empty, and its line and column there. */
export function spanPlaces(texts: readonly string[]): { offset: number; point: Point }[] {
  const places: { offset: number; point: Point }[] = [];
  let offset = 0;
  let point: Point = { row: 0, column: 0 };
  for (const text of texts.slice(0, -1)) {
    offset += text.length;
    point = after(point, text);
    places.push({ offset, point });
  }
  return places;
}

/** The edit that writes a fill at a place of the text whose spans are empty. */
export function insertion(place: { offset: number; point: Point }, fill: string): Edit {
  return {
    startIndex: place.offset,
    oldEndIndex: place.offset,
    newEndIndex: place.offset + fill.length,
    startPosition: place.point,
    oldEndPosition: place.point,
    newEndPosition: after(place.point, fill),
  };
}

/** The point at the end of a text that starts at a point. Columns are UTF-16 units, as the parser counts them. */
function after({ row, column }: Point, text: string): Point {
  const lastBreak = text.lastIndexOf('\n');
  if (lastBreak < 0) return { row, column: column + text.length };
  let breaks = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks++;
  return { row: row + breaks, column: text.length - lastBreak - 1 };
}
