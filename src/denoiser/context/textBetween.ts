import type { ModelTokenizer } from '../tokenizer';
import { firstTokens, lastTokens } from './nearTokens';

/** Text between two spans. */
export interface TextBetween {
  readonly text: string;
  /** Tokens that stand behind it, right before the second span. */
  readonly behind: readonly number[];
}

/**
 * Tokens of the texts between n spans. Where they have no room, every span is given about as many on either side: of a text
 * that is too long for that, those next to the one span and those next to the other, to the line if there is one near.
 *
 * @param room for all tokens of the context
 * @param outside how many tokens, of so many at most, there are before the first span and behind the last
 */
export function tokensBetween(
  texts: readonly TextBetween[],
  room: number,
  outside: (most: number) => number,
  tokenizer: ModelTokenizer,
): (readonly number[])[] {
  // One token too many is enough to see that a text is too long: all of it may take seconds.
  const pieces = texts.map(({ text, behind }) => [
    ...firstTokens(text, room + 1, tokenizer).ids,
    ...behind,
  ]);
  const sizes = pieces.map(({ length }) => length);
  if (sizes.reduce((sum, size) => sum + size, 0) <= room) return pieces;
  const most = mostOfEach(sizes, room - outside(Math.ceil(room / (texts.length + 1))));
  return pieces.map((piece, i) =>
    piece.length <= most ? piece : cutInTheMiddle(texts[i]!, most, tokenizer),
  );
}

/** The most that each may have so that all together have no more than `room`: what small ones spare goes to the others. */
function mostOfEach(sizes: readonly number[], room: number): number {
  let left = room;
  for (const [i, size] of sizes.toSorted((a, b) => a - b).entries()) {
    const share = Math.floor(left / (sizes.length - i));
    if (size > share) return share;
    left -= size;
  }
  return room;
}

function cutInTheMiddle(
  { text, behind }: TextBetween,
  count: number,
  tokenizer: ModelTokenizer,
): readonly number[] {
  const breaksLine = (id: number) => tokenizer.textOf(id).includes('\n');
  const half = Math.floor(count / 2);
  const first = firstTokens(text, count - half, tokenizer).ids;
  const last = lastTokens(text, behind, half, tokenizer).ids;
  const end = first.findLastIndex(breaksLine);
  const start = last.findIndex(breaksLine);
  return [
    ...(end > first.length / 2 ? first.slice(0, end) : first),
    ...(start >= 0 && start < last.length / 2 ? last.slice(start) : last),
  ];
}
