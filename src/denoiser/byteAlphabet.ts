/**
 * The alphabet of byte-level BPE (GPT-2): every byte is written as one printable character. Printable Latin-1
 * bytes stand for themselves, the others are numbered from U+0100 in byte order.
 */
const byteOf = new Map<string, number>();
let next = 0x100;
for (let byte = 0; byte < 256; byte++) {
  const printable =
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  byteOf.set(String.fromCodePoint(printable ? byte : next++), byte);
}

/** The bytes a byte-level token stands for, or undefined when it is written in another alphabet. */
export function bytesOfToken(token: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const character of token) {
    const byte = byteOf.get(character);
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
