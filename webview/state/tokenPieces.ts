/** A part of a token's text that is drawn in one way. */
export type TokenPiece =
  | { readonly kind: 'text' | 'space' | 'tab' | 'newline'; readonly text: string }
  /** A character without a shape of its own; `label` names it. */
  | { readonly kind: 'control'; readonly text: string; readonly label: string };

// Order matters: CRLF is one newline. The last class holds control and format characters.
const pattern = /(\r\n|\n|\r)|(\t)|( )|([\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}])/gu;

/** Splits a token's text so that whitespace and invisible characters can be made visible. Nothing is lost. */
export function tokenPieces(text: string): readonly TokenPiece[] {
  const pieces: TokenPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) pieces.push({ kind: 'text', text: text.slice(end, match.index) });
    const [whole, newline, tab, space] = match;
    if (newline !== undefined) pieces.push({ kind: 'newline', text: whole });
    else if (tab !== undefined) pieces.push({ kind: 'tab', text: whole });
    else if (space !== undefined) pieces.push({ kind: 'space', text: whole });
    else pieces.push({ kind: 'control', text: whole, label: codePointName(whole) });
    end = match.index + whole.length;
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) });
  return pieces;
}

function codePointName(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A token on one line, for tables and for screen readers. */
export function spokenToken(text: string): string {
  const named = text
    .replace(/\r\n|\n|\r/g, ' line break ')
    .replace(/\t/g, ' tab ')
    .trim();
  if (named !== '') return named;
  return text === '' ? 'nothing' : text.length === 1 ? 'space' : `${text.length} spaces`;
}
