/** The text in columns as an editor shows it, tabs turned into spaces. */
export function expandTabs(text: string, tabSize: number): string {
  let expanded = '';
  let column = 0;
  for (const character of text) {
    const width = character === '\t' ? tabSize - (column % tabSize) : 1;
    expanded += character === '\t' ? ' '.repeat(width) : character;
    column += width;
  }
  return expanded;
}

export function columns(text: string, tabSize: number): number {
  return Array.from(expandTabs(text, tabSize)).length;
}

/** At most so many columns, the last one an ellipsis where something was cut off. */
export function shorten(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}

/** As `shorten`, but what is cut off is the start. */
export function shortenStart(text: string, most: number): string {
  const characters = Array.from(text.slice(-2 * most - 2));
  return characters.length <= most ? text : `…${characters.slice(1 - most).join('')}`;
}

/** Takes off the indentation that all lines share, so that deeply nested code does not leave the screen. */
export function dedent(lines: readonly string[]): string[] {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const shared = indents.length === 0 ? 0 : Math.min(...indents);
  return lines.map((line) => line.slice(shared));
}

/** At most `room` lines (≥ 1): those that do not fit are counted, or all are joined where there is room for one. */
export function foldLines(lines: readonly string[], room: number): string[] {
  if (lines.length <= room) return [...lines];
  if (room === 1) return [lines.map((line) => line.trim()).join(' ⏎ ')];
  return [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more lines`];
}
