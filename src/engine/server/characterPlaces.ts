/**
 * Where in a character a text in UTF-8 may stop: a set of bits, none where it is no text. One stands for between two
 * characters, one each for one to three bytes that are wanting, the others for a second byte that is to be of a narrower range
 * (RFC 3629), behind C2 as what else it begins are control characters.
 */
export type Places = number;

/** Behind whole characters. */
export const BETWEEN: Places = 1;
const WANTS_ONE = 2;
const WANTS_TWO = 4;
const WANTS_THREE = 8;
const BEHIND_C2 = 16;
const BEHIND_E0 = 32;
const BEHIND_ED = 64;
const BEHIND_F0 = 128;
const BEHIND_F4 = 256;
export const ANYWHERE: Places = 511;

/** After the bytes of a token; one without any, such as an end, is no part of a character. */
export function placesAfter(places: Places, bytes: Uint8Array): Places {
  return bytes.length === 0 ? places & BETWEEN : bytes.reduce(placesAfterByte, places);
}

function placesAfterByte(places: Places, byte: number): Places {
  if (!isContinuation(byte)) return places & BETWEEN ? placeAfterFirst(byte) : 0;
  let after: Places = 0;
  if (places & WANTS_ONE) after |= BETWEEN;
  if (places & WANTS_TWO) after |= WANTS_ONE;
  if (places & WANTS_THREE) after |= WANTS_TWO;
  if (places & BEHIND_C2 && byte >= 0xa0) after |= BETWEEN;
  if (places & BEHIND_E0 && byte >= 0xa0) after |= WANTS_ONE;
  if (places & BEHIND_ED && byte < 0xa0) after |= WANTS_ONE;
  if (places & BEHIND_F0 && byte >= 0x90) after |= WANTS_TWO;
  if (places & BEHIND_F4 && byte < 0x90) after |= WANTS_TWO;
  return after;
}

function placeAfterFirst(byte: number): Places {
  if (byte < 0x80) return BETWEEN;
  if (byte < 0xc2 || byte > 0xf4) return 0;
  if (byte === 0xc2) return BEHIND_C2;
  if (byte < 0xe0) return WANTS_ONE;
  if (byte === 0xe0) return BEHIND_E0;
  if (byte === 0xed) return BEHIND_ED;
  if (byte < 0xf0) return WANTS_TWO;
  if (byte === 0xf0) return BEHIND_F0;
  return byte === 0xf4 ? BEHIND_F4 : WANTS_THREE;
}

const isContinuation = (byte: number) => byte >= 0x80 && byte < 0xc0;
