/** The clean tokens around the spans as the encode graph reads them, and where each span's slots begin. */
export interface ContextLayout {
  /** N token ids. */
  readonly ids: readonly number[];
  /** N positions, ascending. */
  readonly positions: readonly number[];
  /** Position of the first slot of each span. */
  readonly spanStarts: readonly number[];
}

/** The n + 1 tokenised pieces around n spans, windowed, and the markers to set around them. */
export interface WindowedContext {
  readonly pieces: readonly (readonly number[])[];
  /** Token of the language, first of all; position 0. */
  readonly language?: number | undefined;
  /** Set when the first piece begins, or the last one ends, the document. */
  readonly begin?: number | undefined;
  readonly end?: number | undefined;
}

/** A layout, and the text in it by pieces, without the markers. */
export interface LaidOutContext extends ContextLayout, Pick<WindowedContext, 'pieces'> {
  /** The end of the text before each span that is not in the context, as the span's slots take it along. */
  readonly borrowed: readonly string[];
}

/**
 * Positions run on through the text; a span starts at the next position and the text after it a fixed gap
 * later, whatever the number of its slots (docs/model-contract.md). So L can change and the context stays.
 *
 * @param spanGap positions reserved per span
 */
export function layOutContext(
  context: WindowedContext,
  spanGap: number,
): Omit<LaidOutContext, 'borrowed'> {
  const ids: number[] = [];
  const positions: number[] = [];
  const spanStarts: number[] = [];
  let position = 0;
  const put = (id: number | undefined): void => {
    if (id === undefined) return;
    ids.push(id);
    positions.push(position++);
  };
  put(context.language);
  put(context.begin);
  context.pieces.forEach((piece, index) => {
    if (index > 0) {
      spanStarts.push(position);
      position += spanGap;
    }
    piece.forEach(put);
  });
  put(context.end);
  return { ids, positions, spanStarts, pieces: context.pieces };
}
