import path from 'node:path';
import { type ModelFolder, ModelFolderError } from '../models';
import type { DenoiserTokens } from './slots/graphDenoiser';
import { ModelTokenizer } from './tokenizer';

/** Ids of a model's special tokens. */
export interface ModelTokens extends DenoiserTokens {
  readonly begin: number | undefined;
  readonly end: number | undefined;
  /** Where the model changes the number of slots by itself; see `Elasticity`. */
  readonly elastic: { readonly expandToken: number; readonly deleteToken: number } | undefined;
  /** What no slot holds: ids that stand for no text, but for those that say how many slots there are. */
  readonly barred: readonly number[];
  /** By VS Code language id. */
  readonly languages: ReadonlyMap<string, number>;
}

/**
 * A model's tokenizer, and the ids of its special tokens.
 *
 * @throws {ModelFolderError} when the tokenizer cannot be read, does not keep text as it is, lacks a token the manifest names, or
 * has one that the model knows nothing of
 */
export async function openTokenizer(
  model: ModelFolder,
): Promise<{ tokenizer: ModelTokenizer; tokens: ModelTokens }> {
  const { folder, manifest } = model;
  const { specialTokens, languageTokens, vocabSize } = manifest;
  const { file } = manifest.tokenizer;
  const markers = [...Object.values(specialTokens), ...Object.values(languageTokens)];
  const tokenizer = await ModelTokenizer.open(
    path.join(folder, file),
    markers.filter((content) => content !== undefined),
  ).catch((error: Error) => {
    throw ofTokenizer(
      model,
      `cannot be read (${error.message}). Write it as Hugging Face's tokenizers do, or reinstall the model.`,
    );
  });
  if (tokenizer.flaw !== undefined)
    throw ofTokenizer(
      model,
      `${tokenizer.flaw}: Unmask cannot use it. Correct it, or select another model.`,
    );
  if (tokenizer.size > vocabSize)
    throw ofTokenizer(
      model,
      `has ids up to ${tokenizer.size - 1}, and vocabSize in model.json is ${vocabSize}: they do not belong together. ` +
        'Correct that, or select another model.',
    );
  return { tokenizer, tokens: modelTokens(model, tokenizer) };
}

const ofTokenizer = ({ manifest: { name, tokenizer } }: ModelFolder, what: string) =>
  new ModelFolderError(`${tokenizer.file} of the model ${name} ${what}`);

function modelTokens(model: ModelFolder, tokenizer: ModelTokenizer): ModelTokens {
  const { languageTokens } = model.manifest;
  const { mask, pad, begin, end, expand, delete: remove } = model.manifest.specialTokens;
  const idOf = (content: string): number => {
    const id = tokenizer.idOf(content);
    if (id === undefined) {
      throw ofTokenizer(
        model,
        `has no token ${content}, which model.json names. Correct that name, or reinstall the model.`,
      );
    }
    return id;
  };
  const ifNamed = (content: string | undefined) =>
    content === undefined ? undefined : idOf(content);
  const elastic =
    expand === undefined || remove === undefined
      ? undefined
      : { expandToken: idOf(expand), deleteToken: idOf(remove) };
  const counting = [ifNamed(pad), elastic?.expandToken, elastic?.deleteToken];
  return {
    mask: idOf(mask),
    pad: ifNamed(pad),
    begin: ifNamed(begin),
    end: ifNamed(end),
    elastic,
    barred: tokenizer.textless.filter((id) => !counting.includes(id)),
    languages: new Map(
      Object.entries(languageTokens).map(([language, content]) => [language, idOf(content)]),
    ),
    vocabulary: tokenizer.size,
  };
}
