import { mkdir } from 'node:fs/promises';
import { type ModelFolder, ModelFolderError, type ModelVariant } from '../../models';
import { removeWritten } from '../folders/heldFiles';
import { makeOwnFolder } from '../folders/ownFolder';
import { sealFolder } from '../folders/sealedFolder';
import { removeFolder, takeIntoUse } from '../folders/staleFolders';
import { makeWholeFolder } from '../folders/wholeFolder';
import { type Unpack, unpackHere } from './unpack';
import { stateOf, type UnpackedPlace, unpackedPlaces } from './unpackedPlaces';
import { isWorthAnotherTry } from './wantOfRoom';

/**
 * The folder from which a variant's graphs can be opened: the model's own, or, for one that is shipped packed, a copy
 * beside the unpacked weights in the user's cache, made at first use. All engines of a user share it. Where there was no room to
 * lay out its weights, and there is some now, it is made anew.
 *
 * @param verify checks the variant's files, unless it lies unpacked: they were verified when that was made
 * @throws {ModelFolderError} when there is no room for it, or `unpack` throws one; and what `verify` throws
 */
export async function openableFolder(
  model: ModelFolder,
  variant: ModelVariant,
  unpack: Unpack = unpackHere,
  verify: () => Promise<void> = async () => {},
): Promise<string> {
  if (variant.unpack === undefined) {
    await verify();
    return model.folder;
  }
  const places = await unpackedPlaces(model, variant);
  const found = await firstWhole(places);
  if (found === undefined) {
    await verify();
    return unpackTo(places, model, variant, unpack);
  }
  if (await isWorthAnotherTry(found, variant.unpack.to))
    // Where it fails, what is there serves.
    await verify()
      .then(() => unpackAnew(found, model, variant, unpack))
      .catch(() => {});
  return found;
}

/** The first folder that is whole, which is in use from now on; damaged ones before it are taken away. */
async function firstWhole(places: readonly UnpackedPlace[]): Promise<string | undefined> {
  for (const { folder, state } of places) {
    if (state === 'damaged') await removeFolder(folder);
    if (state !== 'whole') continue;
    await takeIntoUse(folder);
    return folder;
  }
  return undefined;
}

/** @returns the first of the places where it can be unpacked */
async function unpackTo(
  places: readonly UnpackedPlace[],
  model: ModelFolder,
  variant: ModelVariant,
  unpack: Unpack,
): Promise<string> {
  const reasons: string[] = [];
  for (const { folder, own } of places) {
    try {
      if (own !== undefined) await makeOwnFolder(own);
      const fill = (into: string) => unpackInto(into, model, variant, unpack);
      await makeWholeFolder(folder, fill, isWholeIn(folder));
      return folder;
    } catch (error) {
      if (error instanceof ModelFolderError) throw error;
      reasons.push(`${folder}: ${(error as Error).message}`);
    }
  }
  throw new ModelFolderError(
    `The model ${model.manifest.name} could not be unpacked (${reasons.join('; ')}). ` +
      'One of these folders has to be writable and have room for it. See to that, or select another model.',
  );
}

const isWholeIn = (folder: string) => async () => (await stateOf(folder)) === 'whole';

/** Puts what is unpacked now in the place of what was before, if that can be moved away. */
async function unpackAnew(
  folder: string,
  model: ModelFolder,
  variant: ModelVariant,
  unpack: Unpack,
): Promise<void> {
  const fill = async (into: string): Promise<void> => {
    await unpackInto(into, model, variant, unpack);
    await removeFolder(folder);
  };
  await makeWholeFolder(folder, fill, isWholeIn(folder));
}

async function unpackInto(
  folder: string,
  model: ModelFolder,
  variant: ModelVariant,
  unpack: Unpack,
): Promise<void> {
  const request = { modelFolder: model.folder, precision: variant.precision, into: folder };
  // A crash while weights are laid out is no reason to go without the model.
  await unpack({ ...request, map: true }).catch(async () => {
    await removeWritten(folder);
    await mkdir(folder, { mode: 0o700 });
    await unpack({ ...request, map: false });
  });
  await sealFolder(folder);
}
