import { memo } from 'preact/compat';
import { tokenPieces } from '../state/tokenPieces';

/** A token's text with its whitespace subtly visible; copying it gives the text itself. */
export const TokenText = memo(function TokenText({ text }: { readonly text: string }) {
  return (
    <>
      {tokenPieces(text).map((piece, index) => {
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
      })}
    </>
  );
});
