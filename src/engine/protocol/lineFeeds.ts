/** A text with line feeds for line ends, the only ones models are trained on. */
export function toLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/**
 * What a span's text leaves to stand when it is filled: the line end that it ends with, and the indentation behind that.
 * Whoever selects whole lines wants others in their place, and none joined to the next; a model that has to write the line
 * end, too, often leaves it out.
 */
export function lineEndOf(text: string): string {
  return /(?:\r\n|\r|\n)[ \t]*$/.exec(text)?.[0] ?? '';
}
