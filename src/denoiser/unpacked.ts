import { createHash } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  cacheFolder,
  type ModelFolder,
  ModelFolderError,
  type ModelVariant,
  variantFiles,
} from '../models';
import { layoutKey } from './mappedWeights';
import { isWhole, sealFolder } from './sealedFolder';
import { removeFolder, takeIntoUse } from './staleFolders';
import { type Unpack, unpackHere } from './unpack';
import { makeWholeFolder } from './wholeFolder';

/**
 * The folder from which a variant's graphs can be opened: the model's own, or, for one that is shipped packed, a copy
 * beside the unpacked weights in the user's cache, made at first use. All engines of a user share it.
 *
 * @throws {ModelFolderError} when there is no room for it, or `unpack` throws one
 */
export async function openableFolder(
  model: ModelFolder,
  variant: ModelVariant,
  unpack: Unpack = unpackHere,
): Promise<string> {
  if (!variant.unpack) return model.folder;
  const made = await findUnpacked(model, variant);
  if (made) return made;
  const reasons: string[] = [];
  for (const folder of await unpackedFolders(model, variant)) {
    try {
      const fill = (into: string) => unpackInto(into, model, variant, unpack);
      await makeWholeFolder(folder, fill, () => isSound(folder));
      return folder;
    } catch (error) {
      if (error instanceof ModelFolderError) throw error;
      reasons.push(`${folder}: ${(error as Error).message}`);
    }
  }
  throw new ModelFolderError(
    `The model ${model.manifest.name} could not be unpacked (${reasons.join('; ')}). ` +
      'Free some disk space there, or select another model.',
  );
}

/**
 * Where a variant lies unpacked, which is in use from now on; undefined before its first use. Its files were verified when
 * it was made; where some of them are missing since, or cut off, it is taken away.
 */
export async function findUnpacked(
  model: ModelFolder,
  variant: ModelVariant,
): Promise<string | undefined> {
  for (const folder of await unpackedFolders(model, variant)) {
    if (!(await isOurs(folder))) continue;
    if (!(await isWhole(folder))) {
      await removeFolder(folder);
      continue;
    }
    await takeIntoUse(folder);
    return folder;
  }
  return undefined;
}

/** In order of preference: the user's cache, or where that cannot be written, the system's temporary folder. */
async function unpackedFolders(model: ModelFolder, variant: ModelVariant): Promise<string[]> {
  const hash = createHash('sha256').update(await layoutKey());
  for (const { file, sha256 } of variantFiles(variant)) hash.update(`${file} ${sha256}\n`);
  const name = model.manifest.name.replace(/[^\w-]/g, '_');
  const version = hash.digest('hex').slice(0, 16);
  const temporary = path.join(tmpdir(), `unmask-${process.getuid?.() ?? 'user'}`);
  return [path.join(cacheFolder(), 'unmask'), temporary].map((at) => path.join(at, name, version));
}

/** Whether there is such a folder, and this user has made it: anyone may have made one in the temporary folder. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  return found !== undefined && (process.getuid === undefined || found.uid === process.getuid());
}

const isSound = async (folder: string) => (await isOurs(folder)) && (await isWhole(folder));

async function unpackInto(
  folder: string,
  model: ModelFolder,
  variant: ModelVariant,
  unpack: Unpack,
): Promise<void> {
  const request = { modelFolder: model.folder, precision: variant.precision, into: folder };
  // A crash while weights are laid out is no reason to go without the model.
  await unpack({ ...request, map: true }).catch(async () => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
    await unpack({ ...request, map: false });
  });
  await sealFolder(folder);
}
