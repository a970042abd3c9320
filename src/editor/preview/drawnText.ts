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

/** Rows of at most so many columns (≥ 3); those that a line goes on in begin with an arrow. */
export function wrap(line: string, most: number): string[] {
  const rows: string[] = [];
  let rest = Array.from(line);
  while (true) {
    const arrow = rows.length === 0 ? '' : '↪ ';
    const room = most - arrow.length;
    if (rest.length <= room) return [...rows, arrow + rest.join('')];
    // Between words, unless that leaves most of the row empty.
    const space = rest.lastIndexOf(' ', room - 1) + 1;
    const end = space > room / 2 ? space : room;
    rows.push(arrow + rest.slice(0, end).join(''));
    rest = rest.slice(end);
  }
}

/**
 * At most `room` lines (≥ 1): those that do not fit are counted. Where there is room for one, all are joined in it, or
 * counted where that would be more than so many columns.
 *
 * @param whole what shows them all; may be empty
 */
export function foldLines(
  lines: readonly string[],
  room: number,
  whole: string,
  most: number,
): string[] {
  if (lines.length <= room) return [...lines];
  if (room === 1) {
    const joined = lines.map((line) => line.trim()).join(' ⏎ ');
    const fits = whole === '' || columns(joined, 1) <= most;
    return [fits ? joined : referring(`${lines.length} lines`, whole)];
  }
  const more = `… ${lines.length - room + 1} more lines`;
  return [...lines.slice(0, room - 1), referring(more, whole)];
}

/** @param whole what shows all of it; may be empty */
export function referring(text: string, whole: string): string {
  return whole === '' ? text : `${text} — ${whole}`;
}
