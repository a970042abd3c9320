import { spokenToken } from '../state/tokenPieces';
import { TokenText } from './TokenText';

/** A token on a line of its own or within a sentence; whitespace is drawn for the eye and named for the ear. */
export function InlineToken({ text }: { readonly text: string }) {
  return (
    <>
      <code aria-hidden="true">
        <TokenText text={text} />
      </code>
      <span class="visually-hidden">{spokenToken(text)}</span>
    </>
  );
}
