import type { ModelTokenizer } from '../../denoiser/tokenizer';
import type { Canvas } from '../../diffusion/canvas';
import type { TokenFilter } from '../../diffusion/reveal/sampling';

type TokenBytes = Pick<ModelTokenizer, 'bytesOf'>;

/** What no file should hold: characters of which a token has only a part, and control characters. */
export const unreadable = /\uFFFD|(?![\t\n\f\r])\p{Cc}/u;

const NONE = new Uint8Array();

/**
 * Vetoes tokens by which a span could not become text that anyone reads: bytes that continue no character, anything else,
 * such as an end, within one, and control characters. Says nothing of what continues what is masked.
 */
export function readableText(tokenizer: TokenBytes): TokenFilter {
  return (slot, token, canvas) => {
    const bytes = tokenizer.bytesOf(token) ?? NONE;
    if (bytes.some(isUnreadable)) return false;
    const before = begunBefore(slot, canvas, tokenizer);
    if (before === undefined) return true;
    if (before.length === 0 && bytes.every(isAscii)) return true;
    if (bytes.length === 0) return false;
    const isLast = canvas.slots[slot + 1]?.span !== canvas.slots[slot]!.span;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.of(...before, ...bytes), {
        stream: !isLast,
      });
      return true;
    } catch {
      return false;
    }
  };
}

/** The bytes of a character that the tokens before a slot have begun and not ended; undefined where they are not all known. */
function begunBefore(
  slot: number,
  { slots, state, tokens }: Canvas,
  tokenizer: TokenBytes,
): readonly number[] | undefined {
  const begun: number[] = [];
  const { span } = slots[slot]!;
  for (let i = slot - 1; slots[i]?.span === span; i--) {
    if (state[i] === 'masked') return undefined;
    for (const byte of (tokenizer.bytesOf(tokens[i]!) ?? NONE).toReversed()) {
      if (isAscii(byte)) return [];
      begun.unshift(byte);
      if (!isContinuation(byte)) return begun.length < lengthBy(byte) ? begun : [];
    }
  }
  return [];
}

const isAscii = (byte: number) => byte < 0x80;
/**
 * No source code holds these, so a model has seen none, and may say anything of them where it knows nothing else: control
 * characters, and what begins a character of the planes 4 to 11, which are empty.
 */
const isUnreadable = (byte: number) =>
  isAscii(byte) ? unreadable.test(String.fromCharCode(byte)) : byte === 0xf1 || byte === 0xf2;
const isContinuation = (byte: number) => byte >= 0x80 && byte < 0xc0;

/** How many bytes a character has that begins with this one (UTF-8, RFC 3629). */
function lengthBy(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}
