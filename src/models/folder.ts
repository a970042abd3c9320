import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { ModelFolderError } from './error';
import { MANIFEST_FORMAT, type ModelManifest, manifestFiles, manifestSchema } from './manifest';

/** A model folder whose manifest is valid and whose files are all there; contents not yet verified. */
export interface ModelFolder {
  /** Absolute path. */
  readonly folder: string;
  readonly manifest: ModelManifest;
}

/**
 * Reads `model.json` of a folder and checks that the files it names exist.
 *
 * @throws {ModelFolderError}
 */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  const absolute = path.resolve(folder);
  if (!(await isFolder(absolute))) {
    throw new ModelFolderError(
      `There is no model folder at ${absolute}. Name the folder of a model, or install this one anew.`,
    );
  }
  const manifest = parseManifest(await readManifest(absolute), absolute);
  for (const { file } of manifestFiles(manifest)) {
    if (!(await isFile(path.join(absolute, file)))) {
      throw new ModelFolderError(
        `The model ${manifest.name} is incomplete: ${file} is missing from ${absolute}. Put it there, or reinstall the model.`,
      );
    }
  }
  return { folder: absolute, manifest };
}

async function readManifest(folder: string): Promise<unknown> {
  let text: string;
  try {
    // Without a byte-order mark, which PowerShell puts before what it writes to a file.
    text = new TextDecoder().decode(await readFile(path.join(folder, 'model.json')));
  } catch {
    throw new ModelFolderError(
      `${folder} is not a model folder: it has no readable model.json. Select a folder that has one.`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModelFolderError(
      `model.json in ${folder} is not valid JSON (${(error as Error).message}). Correct it, or reinstall the model.`,
    );
  }
}

function parseManifest(json: unknown, folder: string): ModelManifest {
  const format = z.object({ formatVersion: z.unknown() }).safeParse(json).data?.formatVersion;
  if (typeof format === 'number' && format !== MANIFEST_FORMAT) {
    throw new ModelFolderError(
      `The model in ${folder} has format version ${format}; this version of Unmask reads ${MANIFEST_FORMAT}. ` +
        (format > MANIFEST_FORMAT ? 'Update Unmask.' : 'Install a newer model.'),
    );
  }
  const parsed = manifestSchema.safeParse(json, { error: absent });
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) =>
      path.length > 0 ? `${path.join('.')}: ${message}` : message,
    );
    throw new ModelFolderError(
      `model.json in ${folder} is not valid (${problems.join('; ')}). Correct it as the model contract says, reinstall the model, ` +
        'or update Unmask if the model is newer.',
    );
  }
  return parsed.data;
}

const absent = ({ input }: { input?: unknown }) => (input === undefined ? 'is missing' : undefined);
const isFolder = (at: string) => stat(at).then((found) => found.isDirectory(), never);
const isFile = (at: string) => stat(at).then((found) => found.isFile(), never);
const never = () => false;
