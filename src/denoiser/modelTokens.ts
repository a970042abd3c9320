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
 * @throws {ModelFolderError} when the tokenizer lacks a token the manifest names
 */
export async function openTokenizer(
  model: ModelFolder,
): Promise<{ tokenizer: ModelTokenizer; tokens: ModelTokens }> {
  const { folder, manifest } = model;
  const { specialTokens, languageTokens } = manifest;
  const markers = [...Object.values(specialTokens), ...Object.values(languageTokens)];
  const tokenizer = await ModelTokenizer.open(
    path.join(folder, manifest.tokenizer.file),
    markers.filter((content) => content !== undefined),
  );
  return { tokenizer, tokens: modelTokens(model, tokenizer) };
}

function modelTokens(model: ModelFolder, tokenizer: ModelTokenizer): ModelTokens {
  const { languageTokens, name } = model.manifest;
  const { mask, pad, begin, end, expand, delete: remove } = model.manifest.specialTokens;
  const idOf = (content: string): number => {
    const id = tokenizer.idOf(content);
    if (id === undefined) {
      throw new ModelFolderError(
        `The tokenizer of the model ${name} lacks the token ${content} that its model.json names. Reinstall the model.`,
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
