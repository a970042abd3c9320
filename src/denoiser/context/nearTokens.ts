import type { ModelTokenizer } from '../tokenizer';

/** The tokens of a text that are nearest to what stands at one end of it. */
export interface NearTokens {
  readonly ids: readonly number[];
  /** Whether the ids cover the whole text. */
  readonly whole: boolean;
}

/** Characters per token that source code stays under as a rule; where it does not, more text is read. */
const CHARACTERS_PER_TOKEN = 4;

/** The last `count` tokens of a text and of what stands behind it, without tokenising all of a long one. */
export function lastTokens(
  text: string,
  behind: readonly number[],
  count: number,
  tokenizer: Pick<ModelTokenizer, 'encode'>,
): NearTokens {
  for (let length = Math.max(1, count) * CHARACTERS_PER_TOKEN; ; length *= 2) {
    const from = length >= text.length ? 0 : lineStart(text, text.length - length);
    const ids = [...tokenizer.encode(text.slice(from)), ...behind];
    if (from === 0 || ids.length > count) {
      return {
        ids: ids.slice(Math.max(0, ids.length - count)),
        whole: from === 0 && ids.length <= count,
      };
    }
  }
}

/** The first `count` tokens of a text, without tokenising all of a long one. */
export function firstTokens(
  text: string,
  count: number,
  tokenizer: Pick<ModelTokenizer, 'encode'>,
): NearTokens {
  for (let length = Math.max(1, count) * CHARACTERS_PER_TOKEN; ; length *= 2) {
    const to = length >= text.length ? text.length : lineEnd(text, length);
    const ids = tokenizer.encode(text.slice(0, to));
    if (to === text.length || ids.length > count) {
      return { ids: ids.slice(0, count), whole: to === text.length && ids.length <= count };
    }
  }
}

/** Longest way to the end of a line; a line of minified code is cut where it happens to be. */
const LINE_LIMIT = 4096;

/** The start of the line that holds `at`: no token straddles it, nor can a surrogate pair. */
function lineStart(text: string, at: number): number {
  const found = text.lastIndexOf('\n', at - 1) + 1;
  return at - found <= LINE_LIMIT ? found : characterStart(text, at);
}

/** The end of the line that holds `at`, its line break included. */
function lineEnd(text: string, at: number): number {
  const found = text.indexOf('\n', at) + 1 || text.length;
  return found - at <= LINE_LIMIT ? found : characterStart(text, at);
}

/** `at`, or one less where that is between the halves of a surrogate pair. */
function characterStart(text: string, at: number): number {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff ? at - 1 : at;
}
