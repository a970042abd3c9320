// Letters beyond ASCII hold together with what combines with them, and line ends with each other.
const word = /[\w\u0080-\uffff]+|\s+|./g;

/**
 * A text in three: between what it begins and what it ends with as another one does, the part that is its own, in whole words.
 * null where it has none, or shares nothing.
 */
export function ownPart(text: string, other: string): readonly [string, string, string] | null {
  const words = text.match(word) ?? [];
  const others = other.match(word) ?? [];
  const most = Math.min(words.length, others.length);
  let first = 0;
  while (first < most && words[first] === others[first]) first++;
  let last = 0;
  while (last < most - first && words.at(-1 - last) === others.at(-1 - last)) last++;
  const end = words.length - last;
  if (first === end || first + last === 0) return null;
  const part = (from: number, to: number) => words.slice(from, to).join('');
  return [part(0, first), part(first, end), part(end, words.length)];
}
