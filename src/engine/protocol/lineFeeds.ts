/** A text with line feeds for line ends, the only ones models are trained on. */
export function toLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
