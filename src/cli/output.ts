import type { WriteStream } from 'node:tty';
import { createColors } from 'picocolors';
import type { Colors } from 'picocolors/types';

/** A stream that may be a terminal. */
export type Output = NodeJS.WritableStream &
  Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>>;

/** Where a command writes: results to `out`, progress and messages to `err`. */
export interface Outputs {
  readonly out: Output;
  readonly err: Output;
}

/** Whether a stream could not be written to as whoever read it has gone; on Windows, Node may call that the end of a file. */
export const readerHasGone = ({ code }: NodeJS.ErrnoException): boolean =>
  code === 'EPIPE' || code === 'EOF';

/**
 * A text as it can be written to a stream: that of files, models and fills could steer a terminal, whose control characters are
 * replaced but for line ends and tabs. Elsewhere it stays as it is.
 */
export function written(output: Output, text: string): string {
  return output.isTTY ? text.replace(steeringCharacters, '\ufffd') : text;
}

/** Control characters but line ends and tabs. A carriage return alone goes back to the start of its line. */
export const steeringCharacters = /(?![\t\n\r])\p{Cc}|\r(?!\n)/gu;

/**
 * Writes a line and waits until the stream can take more.
 *
 * @param paint colours what is written
 * @returns false where whoever read the stream has gone, which is no failure.
 */
export function writeLine(
  output: Output,
  line: string,
  paint = (text: string) => text,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    output.write(`${paint(written(output, line))}\n`, (error?: NodeJS.ErrnoException | null) => {
      if (!error) resolve(true);
      else if (readerHasGone(error)) resolve(false);
      else reject(error);
    });
  });
}

/** Whether a stream is a terminal that can be told where to write and in which colour; those called dumb, as in Emacs, cannot. */
export const canBeDrawnOn = ({ isTTY }: Output): boolean =>
  isTTY === true && process.env.TERM !== 'dumb';

/** Colours for a terminal; none elsewhere, when not wanted, or when the environment says NO_COLOR. */
export function colorsFor(output: Output, wanted: boolean): Colors {
  return createColors(wanted && canBeDrawnOn(output) && !process.env.NO_COLOR);
}
