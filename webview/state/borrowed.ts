/** Stands for the text of a mask, which nobody knows. */
const UNKNOWN = '\u0000';

/**
 * What the slots of a span took along from the text before (`TraceHeader.borrowed`), where it is to be shown before them:
 * where their text does not begin with it, all of it is the fill, and in the document what they took along stands before.
 *
 * @param texts of the slots; null for a mask
 */
export function leftBefore(borrowed = '', texts: readonly (string | null)[]): string {
  const text = texts.map((each) => each ?? UNKNOWN).join('');
  return text.startsWith(borrowed) ? '' : borrowed;
}
