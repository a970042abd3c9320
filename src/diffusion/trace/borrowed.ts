/** The text of a span's slots without what they took along from the text before (`TraceHeader.borrowed`). */
export const withoutBorrowed = (text: string, borrowed = ''): string =>
  text.startsWith(borrowed) ? text.slice(borrowed.length) : text;
