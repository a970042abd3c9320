import { counted } from '../../diffusion/counted';
import { UsageError } from '../errors';

/** A place in a text: line and column count from 1, columns in UTF-16 code units, of which a tab is one. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A line's extent in UTF-16 offsets, without its line break. */
interface Line {
  readonly start: number;
  readonly end: number;
}

/** The lines of a text, broken where VS Code breaks them: at CR LF, LF and CR. */
export class TextLines {
  private readonly lines: readonly Line[];

  constructor(text: string) {
    const lines: Line[] = [];
    let start = 0;
    for (const match of text.matchAll(/\r\n|\n|\r/g)) {
      lines.push({ start, end: match.index });
      start = match.index + match[0].length;
    }
    lines.push({ start, end: text.length });
    this.lines = lines;
  }

  /**
   * UTF-16 offset of a position; one column past the last character is the line's end.
   *
   * @throws {UsageError} when the text has no such place, saying what it has.
   */
  offsetOf({ line, column }: Position): number {
    const found = this.lines[line - 1];
    if (!found) {
      throw new UsageError(
        `There is no line ${line}: the file has ${counted(this.lines.length, 'line')}.`,
      );
    }
    const offset = found.start + column - 1;
    if (offset > found.end) {
      throw new UsageError(
        `There is no column ${column} in line ${line}: it ends at column ${found.end - found.start + 1}.`,
      );
    }
    return offset;
  }

  /** Where a UTF-16 offset of the text is. */
  positionOf(offset: number): Position {
    const line = this.lines.findLastIndex(({ start }) => start <= offset);
    return { line: line + 1, column: offset - this.lines[line]!.start + 1 };
  }
}
