/**
 * A text as decorations, lenses and lists show it, with as many characters: of a decoration with a form feed, VS Code takes what
 * follows for CSS, and it draws nothing behind other line separators; and characters that turn the direction have what follows read
 * otherwise than it is. Line feeds and tabs stay.
 */
export function visibleText(text: string): string {
  return text.replace(unseenCharacters, (character) => {
    const code = character.charCodeAt(0);
    if (code === 0x7f) return '␡';
    return code < 0x20 ? String.fromCharCode(PICTURES + code) : '\ufffd';
  });
}

/** Control characters, line separators, and what turns the direction (UAX #9). */
const unseenCharacters = /(?![\n\t])\p{Cc}|[\u2028\u2029]|\p{Bidi_Control}/gu;
/** Where Unicode's pictures of ASCII's control characters begin. */
const PICTURES = 0x2400;
