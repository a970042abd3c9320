import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ModelFolderError } from './error';
import type { ModelFolder } from './folder';
import { type ModelFile, manifestFiles } from './manifest';

/**
 * Compares files of a model with the SHA-256 in its manifest, reading them as streams.
 *
 * @param files the ones to check; all by default
 * @throws {ModelFolderError} at the first that differs or cannot be read
 */
export async function verifyModelFolder(
  model: ModelFolder,
  files: readonly ModelFile[] = manifestFiles(model.manifest),
): Promise<void> {
  for (const { file, sha256 } of files) {
    const found = await hashOf(path.join(model.folder, file), model.manifest.name);
    if (found !== sha256.toLowerCase()) {
      throw new ModelFolderError(
        `The model ${model.manifest.name} is corrupt (${file} does not match its SHA-256 in model.json). ` +
          `Reinstall the model, or, if you made that file anew, write its hash there: ${found}`,
      );
    }
  }
}

async function hashOf(file: string, model: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    throw new ModelFolderError(
      `A file of the model ${model} cannot be read (${(error as Error).message}). Reinstall the model.`,
    );
  }
  return hash.digest('hex');
}
