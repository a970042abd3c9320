import { useMemo } from 'preact/hooks';
import { type TokenPiece, tokenPieces } from '../../state/tokenPieces';

/** A token's text with its whitespace subtly visible; copying it gives the text itself. */
export function TokenText({ text }: { readonly text: string }) {
  // Not by `memo`: preact/compat, which has it, makes every `onChange` of the page an `onInput`.
  return useMemo(() => <>{tokenPieces(text).map(drawn)}</>, [text]);
}

function drawn(piece: TokenPiece, index: number) {
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'control':
      return (
        <span key={index} class="blank-control" data-label={piece.label}>
          {piece.text}
        </span>
      );
    default:
      return (
        <span key={index} class={`blank-${piece.kind}`}>
          {piece.text}
        </span>
      );
  }
}
