/** The clean tokens around the spans as the encode graph reads them, and where each span's slots begin. */
export interface ContextLayout {
  /** N token ids. */
  readonly ids: readonly number[];
  /** N positions, ascending. */
  readonly positions: readonly number[];
  /** Position of the first slot of each span. */
  readonly spanStarts: readonly number[];
}

/** The tokens before, between and after the n spans, markers among them: n + 1 pieces in document order. */
export function piecesOf({ ids, positions, spanStarts }: ContextLayout): number[][] {
  const pieces: number[][] = Array.from({ length: spanStarts.length + 1 }, () => []);
  let piece = 0;
  ids.forEach((id, i) => {
    while (piece < spanStarts.length && positions[i]! >= spanStarts[piece]!) piece++;
    pieces[piece]!.push(id);
  });
  return pieces;
}

/** The n + 1 tokenised pieces around n spans, windowed, and the markers to set around them. */
export interface ContextPieces {
  readonly pieces: readonly (readonly number[])[];
  /** Token of the language, first of all; position 0. */
  readonly language?: number | undefined;
  /** Set when the first piece begins, or the last one ends, the document. */
  readonly begin?: number | undefined;
  readonly end?: number | undefined;
}

/**
 * Positions run on through the text; a span starts at the next position and the text after it a fixed gap
 * later, whatever the number of its slots (docs/model-contract.md). So L can change and the context stays.
 *
 * @param spanGap positions reserved per span
 */
export function layOutContext(context: ContextPieces, spanGap: number): ContextLayout {
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
  return { ids, positions, spanStarts };
}
