/** A part of a `tokenizer.json`, as far as it is looked at here. */
interface Part {
  readonly type?: string;
  readonly merges?: unknown;
  readonly vocab?: Readonly<Record<string, unknown>>;
  readonly add_prefix_space?: boolean;
  readonly pretokenizers?: readonly Part[];
  readonly decoders?: readonly Part[];
}

/** A `tokenizer.json`, as far as it is looked at here. */
export interface TokenizerJson {
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
  readonly model?: Part;
  readonly pre_tokenizer?: Part | null;
  readonly decoder?: Part | null;
}

/**
 * Why a tokenizer does not keep text as it is, in words that go on after its name: a fill would then change the code around it,
 * or not be what was revealed.
 *
 * @returns undefined where it is a byte-level BPE, which keeps every byte
 */
export function whyNotByteLevel({
  model,
  pre_tokenizer,
  decoder,
}: TokenizerJson): string | undefined {
  const inBytes = partsOf(pre_tokenizer).find(isByteLevel);
  if (!isBpe(model) || !inBytes || !partsOf(decoder).some(isByteLevel)) {
    const found = Object.entries({ model, pre_tokenizer, decoder }).map(
      ([name, part]) => `${name} ${partsOf(part).flatMap(typeOf).join(' + ') || 'none'}`,
    );
    return `is no byte-level BPE (${found.join(', ')}), and no other keeps text as it is`;
  }
  if (inBytes.add_prefix_space)
    return 'puts a space before every text (add_prefix_space), which does not stand there';
  return undefined;
}

/** What a part is, unless that is a sequence. */
const typeOf = ({ type }: Part) => (type === undefined || type === 'Sequence' ? [] : [type]);

/** Older files, such as GPT-2's, do not say what their model is; no other has merges. */
const isBpe = (model: Part | undefined) =>
  model?.type === 'BPE' || (model?.type === undefined && model?.merges !== undefined);

const isByteLevel = ({ type }: Part) => type === 'ByteLevel';

/** A part, or those that it is a sequence of. */
const partsOf = (part: Part | null | undefined): readonly Part[] =>
  part ? [part, ...[...(part.pretokenizers ?? []), ...(part.decoders ?? [])].flatMap(partsOf)] : [];
