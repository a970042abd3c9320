import { ModelTokenizer } from '../../../src/denoiser/tokenizer';

/** GPT-2's byte alphabet, written down anew so that the code under test is not its own witness. */
function byteCharacters(): string[] {
  const printable = [...range(33, 126), ...range(161, 172), ...range(174, 255)];
  const others = range(0, 255).filter((byte) => !printable.includes(byte));
  return range(0, 255).map((byte) =>
    String.fromCodePoint(printable.includes(byte) ? byte : 256 + others.indexOf(byte)),
  );
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

export const specials = ['<|pad|>', '<|mask|>', '<|begin|>', '<|end|>', '<|py|>'];

/**
 * Special tokens 0 … 4, then one token per byte, then a few merges.
 *
 * @param addedText tokens behind these that are text as it is
 * @param markers see `ModelTokenizer`
 */
export function sampleTokenizer(
  addedText: readonly string[] = [],
  markers: readonly string[] = [],
): ModelTokenizer {
  const merges: [string, string][] = [
    ['r', 'e'],
    ['t', 'u'],
    ['re', 'tu'],
    ['retu', 'r'],
    ['retur', 'n'],
    ['Ċ', 'Ġ'],
    ['ĊĠ', 'Ġ'],
  ];
  const tokens = [...specials, ...byteCharacters(), ...merges.map((pair) => pair.join(''))];
  const added = (content: string, id: number, special: boolean) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special,
  });
  const json = {
    version: '1.0',
    added_tokens: [
      ...specials.map((content, id) => added(content, id, true)),
      ...addedText.map((content, i) => added(content, tokens.length + i, false)),
    ],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
  return new ModelTokenizer(json, markers);
}
