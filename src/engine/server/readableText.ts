import type { ModelTokenizer } from '../../denoiser/tokenizer';
import type { Canvas } from '../../diffusion/canvas';
import type { TokenFilter } from '../../diffusion/reveal/sampling';
import { ANYWHERE, BETWEEN, type Places, placesAfter } from './characterPlaces';

type TokenBytes = Pick<ModelTokenizer, 'bytesOf' | 'size'>;

/** What no file should hold: characters of which a token has only a part, and control characters. */
export const unreadable = /\uFFFD|(?![\t\n\f\r])\p{Cc}/u;

const NONE = new Uint8Array();

/**
 * Vetoes tokens by which a span could not become text that anyone reads: control characters, and bytes that can form no
 * characters with the tokens on both sides, whichever tokens the masks between become. So in any order a span ends as
 * text, if the model offers what is needed.
 */
export function readableText(tokenizer: TokenBytes): TokenFilter {
  return (slot, token, canvas) =>
    !bytesIn(tokenizer, token).some(isUnreadable) &&
    formsCharacters(slot, token, canvas, tokenizer);
}

const bytesIn = (tokenizer: TokenBytes, token: number) => tokenizer.bytesOf(token) ?? NONE;

function formsCharacters(
  slot: number,
  token: number,
  { slots, state, tokens }: Canvas,
  tokenizer: TokenBytes,
): boolean {
  const { span } = slots[slot]!;
  const isMask = (i: number) => i !== slot && state[i] === 'masked';
  const bytesAt = (i: number) => bytesIn(tokenizer, i === slot ? token : tokens[i]!);
  const isWhole = (i: number) => !isMask(i) && placesAfter(BETWEEN, bytesAt(i)) === BETWEEN;
  let start = slot;
  while (slots[start - 1]?.span === span && !isWhole(start - 1)) start--;
  let places = BETWEEN;
  for (let i = start; slots[i]?.span === span; i++) {
    places = isMask(i) ? placesAfterAny(places, tokenizer) : placesAfter(places, bytesAt(i));
    // Whatever is wrong before the slot is not for its token to mend.
    if (i < slot) places ||= BETWEEN;
    if (places === 0) return false;
    if (i > slot && isWhole(i)) return true;
  }
  return (places & BETWEEN) !== 0;
}

/** What is known of each tokenizer of `placesAfterAny`: it takes a look at all its tokens, but is seldom asked. */
const known = new WeakMap<TokenBytes, Map<Places, Places>>();

/** After any of the tokens there are. */
function placesAfterAny(places: Places, tokenizer: TokenBytes): Places {
  if (places & BETWEEN) return ANYWHERE;
  const found = known.get(tokenizer) ?? new Map<Places, Places>();
  known.set(tokenizer, found);
  let after = found.get(places);
  if (after !== undefined) return after;
  after = 0;
  for (let token = 0; token < tokenizer.size; token++)
    after |= placesAfter(places, bytesIn(tokenizer, token));
  found.set(places, after);
  return after;
}

/**
 * No source code holds these, so a model has seen none, and may say anything of them where it knows nothing else: control
 * characters, and what begins a character of the planes 4 to 11, which are empty.
 */
const isUnreadable = (byte: number) =>
  byte < 0x80 ? unreadable.test(String.fromCharCode(byte)) : byte === 0xf1 || byte === 0xf2;
