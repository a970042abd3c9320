import { SEQUENCE_INPUTS } from '../src/denoiser/graphs/sequenceGraph';
import { writeSequenceModel } from './sequenceModel';

/** Of the tiny model's tokenizer, behind the special tokens: every byte has one, so that any text can be read. */
const BYTES = Array.from({ length: 256 }, (_, byte) => 7 + byte);

/**
 * Writes a model into a folder that says nothing but a text with a number behind it in every token, so that a fill of one slot
 * is known.
 */
export async function writeSayingModel(folder: string, text: string): Promise<void> {
  await writeSequenceModel(folder, {
    inputs: SEQUENCE_INPUTS,
    shift: 1,
    specialTokens: {},
    improbable: BYTES,
    changeTokenizer: ({ added_tokens, model }) => {
      const special = new Set(added_tokens.map(({ content }) => content));
      const said = inBytes(text);
      const tokens = Object.entries(model.vocab).map(([token, id]) => [
        special.has(token) || BYTES.includes(id) ? token : `${said}${id}`,
        id,
      ]);
      model.vocab = Object.fromEntries(tokens);
      model.merges = [];
    },
  });
}

/** A text in the alphabet of byte-level BPE; see src/denoiser/byteAlphabet.ts. */
function inBytes(text: string): string {
  const isPrintable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
  const others = Array.from({ length: 256 }, (_, byte) => byte).filter(
    (byte) => !isPrintable(byte),
  );
  return Array.from(new TextEncoder().encode(text), (byte) =>
    String.fromCodePoint(isPrintable(byte) ? byte : 0x100 + others.indexOf(byte)),
  ).join('');
}
