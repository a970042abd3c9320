import type { ModelTokenizer } from '../../../denoiser/tokenizer';

/** A place of a text that is to be filled: the text before it and after it. */
export interface Place {
  readonly context: readonly [string, string];
}

/** Tokens cut out for every slot: real fills leave some slots over. */
const TOKENS_PER_SLOT = 0.6;
/** Consecutive multiples of it are spread evenly over [0, 1). */
const GOLDEN = 0.618034;
/** Characters that surely hold a token. */
const CHARACTERS_PER_TOKEN = 12;

/**
 * A place at the beginning of a line, with as many tokens around it as asked for, half of them on either side; whole
 * lines are cut out. Every round has another place.
 *
 * @param contextTokens tokens around the place
 * @returns undefined when the text is too short
 */
export function placeIn(
  text: string,
  tokenizer: Pick<ModelTokenizer, 'encode' | 'decode'>,
  round: number,
  contextTokens: number,
  slots: number,
): Place | undefined {
  const half = Math.ceil(contextTokens / 2);
  const cut = Math.max(1, Math.round(slots * TOKENS_PER_SLOT));
  const before = tokenizer.encode(text.slice(0, half * CHARACTERS_PER_TOKEN));
  const after = tokenizer.encode(text.slice(-(half + cut) * CHARACTERS_PER_TOKEN));
  if (before.length < half || after.length < half + cut) return undefined;
  const first = tokenizer.decode(before.slice(0, half)).length;
  const last = text.length - tokenizer.decode(after.slice(-(half + cut))).length;
  if (last <= first) return undefined;
  const share = ((round + 0.5) * GOLDEN) % 1;
  const at = lineStart(text, Math.floor(first + share * (last - first)));
  const gap = tokenizer.encode(text.slice(at, at + cut * CHARACTERS_PER_TOKEN)).slice(0, cut);
  const end = lineEnd(text, at + tokenizer.decode(gap).length);
  const left = tokenizer.encode(text.slice(Math.max(0, at - half * CHARACTERS_PER_TOKEN), at));
  const right = tokenizer.encode(text.slice(end, end + half * CHARACTERS_PER_TOKEN));
  return {
    context: [
      tokenizer.decode(left.slice(-half)),
      tokenizer.decode(right.slice(0, contextTokens - half)),
    ],
  };
}

const lineStart = (text: string, at: number) => text.indexOf('\n', at) + 1 || at;

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
