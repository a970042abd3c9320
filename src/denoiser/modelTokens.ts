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
  const tokenizer = await ModelTokenizer.open(path.join(folder, manifest.tokenizer.file));
  return { tokenizer, tokens: modelTokens(model, tokenizer) };
}

function modelTokens(model: ModelFolder, tokenizer: ModelTokenizer): ModelTokens {
  const { specialTokens, languageTokens, name } = model.manifest;
  const idOf = (content: string): number => {
    const id = tokenizer.idOf(content);
    if (id === undefined) {
      throw new ModelFolderError(
        `The tokenizer of the model ${name} lacks the token ${content} that its model.json names. Reinstall the model.`,
      );
    }
    return id;
  };
  return {
    mask: idOf(specialTokens.mask),
    pad: idOf(specialTokens.pad),
    begin: specialTokens.begin === undefined ? undefined : idOf(specialTokens.begin),
    end: specialTokens.end === undefined ? undefined : idOf(specialTokens.end),
    elastic:
      specialTokens.expand === undefined || specialTokens.delete === undefined
        ? undefined
        : { expandToken: idOf(specialTokens.expand), deleteToken: idOf(specialTokens.delete) },
    languages: new Map(
      Object.entries(languageTokens).map(([language, content]) => [language, idOf(content)]),
    ),
    vocabulary: tokenizer.size,
  };
}
