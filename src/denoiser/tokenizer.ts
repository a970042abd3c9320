import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { bytesOfToken } from './byteAlphabet';
import { type TokenizerJson, whyNotByteLevel } from './byteLevel';

/** Of all that an incomplete `tokenizer.json` loses: space, capitals, characters beyond ASCII and the BMP. */
const SAMPLE = ' if  (É == "½👩‍👧") {\r\n\treturn 10;\n';

/** Text ↔ token ids of a model, from its `tokenizer.json` (Hugging Face format). */
export class ModelTokenizer {
  /** Ids are 0 … size − 1. The model's vocabulary may be larger; ids beyond are never text. */
  readonly size: number;
  /** Why it does not keep text as it is, if it does not, in words that go on after its name. */
  readonly flaw: string | undefined;
  readonly #tokenizer: Tokenizer;
  readonly #specials: ReadonlyMap<number, string>;
  /** Text that was added to the vocabulary as it is, such as runs of spaces. */
  readonly #addedText: ReadonlyMap<number, string>;
  /** Finds a special token written out in source text. */
  readonly #specialInText: RegExp | undefined;

  /** @param markers contents of tokens that a model names: no text either, whether or not its tokenizer calls them special */
  constructor(json: TokenizerJson, markers: readonly string[] = []) {
    this.#tokenizer = new Tokenizer(json, {});
    this.size = this.#tokenizer.model!.vocab.length;
    const added = [...this.#tokenizer.get_added_tokens_decoder()];
    const addedAs = (isSpecial: boolean) =>
      new Map(
        added
          .filter(([, { special }]) => special === isSpecial)
          .map(([id, { content }]) => [id, content]),
      );
    const named = markers.flatMap((content) => {
      const id = this.idOf(content);
      return id === undefined ? [] : [[id, content] as const];
    });
    this.#specials = new Map([...addedAs(true), ...named]);
    this.#addedText = addedAs(false);
    const contents = [...this.#specials.values()].map(escapeRegExp);
    this.#specialInText = contents.length ? new RegExp(contents.join('|'), 'g') : undefined;
    this.flaw = whyNotByteLevel(json) ?? this.#ambiguity(json) ?? this.#loss();
  }

  /** @param markers see the constructor */
  static async open(file: string, markers?: readonly string[]): Promise<ModelTokenizer> {
    return new ModelTokenizer(JSON.parse(await readFile(file, 'utf8')) as TokenizerJson, markers);
  }

  /** Ids below its size that stand for no text: of special tokens, and of none. */
  get textless(): readonly number[] {
    return Array.from({ length: this.size }, (_, id) => id).filter(
      (id) => this.#specials.has(id) || this.#tokenizer.id_to_token(id) === undefined,
    );
  }

  /** The id of a token by its content, e.g. `<|mask|>`. */
  idOf(content: string): number | undefined {
    return this.#tokenizer.token_to_id(content);
  }

  /**
   * Token ids of a piece of text. Lossless on well-formed Unicode, and never a special token: where the text
   * spells one out (code about tokenizers does), it is cut after its first character so that it stays text.
   */
  encode(text: string): number[] {
    const ids: number[] = [];
    let from = 0;
    const take = (to: number): void => {
      if (to === from) return;
      const piece = text.slice(from, to);
      for (const id of this.#tokenizer.encode(piece, { add_special_tokens: false }).ids) {
        ids.push(id);
      }
      from = to;
    };
    if (this.#specialInText) {
      for (const match of text.matchAll(this.#specialInText)) take(match.index + 1);
    }
    take(text.length);
    return ids;
  }

  /** The text that ids stand for together; special tokens are no text. Bytes that form no character become U+FFFD. */
  decode(ids: readonly number[]): string {
    const text = ids.filter((id) => !this.#specials.has(id));
    if (text.length === 0) return '';
    return this.#tokenizer.decode(text, { clean_up_tokenization_spaces: false });
  }

  /** The bytes that a token stands for; undefined for a special one, and for one that is not written in bytes. */
  bytesOf(id: number): Uint8Array | undefined {
    if (this.#specials.has(id)) return undefined;
    const text = this.#addedText.get(id);
    if (text !== undefined) return new TextEncoder().encode(text);
    const token = this.#tokenizer.id_to_token(id);
    return token === undefined ? undefined : bytesOfToken(token);
  }

  /** How a single token is shown: its text, its name if special, `\xe2\x82` where it is part of a character. */
  textOf(id: number): string {
    const special = this.#specials.get(id);
    if (special !== undefined) return special;
    if (this.#tokenizer.id_to_token(id) === undefined) return `#${id}`;
    const bytes = this.bytesOf(id);
    if (bytes === undefined) return this.decode([id]);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return Array.from(bytes, hexEscape).join('');
    }
  }

  /** An added token takes the place of what has its id, and stays in its own as well: there it would be text. */
  #ambiguity({ model, added_tokens: added = [] }: TokenizerJson): string | undefined {
    const given = new Map(Object.entries(model?.vocab ?? {}));
    for (const { id, content } of added) {
      const other = given.get(content) ?? id;
      if (other !== id) return `gives ${content} two ids, ${other} and ${id}`;
    }
    const { vocab, tokens_to_ids: ids } = this.#tokenizer.model!;
    // There may be ids that no token has, so that not every place is taken.
    if (vocab.filter((token) => token !== undefined).length >= ids.size) return undefined;
    const [content, id] = [...ids].find(([token, at]) => vocab[at] !== token)!;
    return `gives the id ${id} to two tokens, ${content} and ${vocab[id]}`;
  }

  #loss(): string | undefined {
    const read = this.decode(this.encode(SAMPLE));
    return read === SAMPLE
      ? undefined
      : `reads ${JSON.stringify(SAMPLE)} as ${JSON.stringify(read)}`;
  }
}

const escapeRegExp = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const hexEscape = (byte: number) => `\\x${byte.toString(16).padStart(2, '0')}`;
