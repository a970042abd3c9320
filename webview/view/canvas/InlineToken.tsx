import { spokenToken } from '../../state/tokenPieces';
import { TokenText } from './TokenText';

export interface InlineTokenProps {
  readonly text: string;
  /** The token is the pad, which is deleted from the fill. */
  readonly pad: boolean;
}

/** A token on a line of its own or within a sentence; whitespace is drawn for the eye and named for the ear. */
export function InlineToken({ text, pad }: InlineTokenProps) {
  if (pad) return <em class="pad">pad</em>;
  return (
    <>
      <code aria-hidden="true">
        <TokenText text={text} />
      </code>
      <span class="visually-hidden">{spokenToken(text)}</span>
    </>
  );
}
