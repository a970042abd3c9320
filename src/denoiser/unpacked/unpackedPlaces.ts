import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cacheFolder, type ModelFolder, type ModelVariant, variantFiles } from '../../models';
import { isOwnFolder } from '../folders/ownFolder';
import { isWhole } from '../folders/sealedFolder';
import { layoutKey } from './mappedWeights';

/** A folder in which a variant may lie unpacked. */
export interface UnpackedPlace {
  readonly folder: string;
  readonly state: UnpackedState;
  /** Where that lies in a folder that anyone may have made: it has to be this user's own. */
  readonly own?: string;
}

/** `damaged` where files are missing since it was made, or cut off. */
export type UnpackedState = 'whole' | 'damaged' | 'absent';

/** In order of preference: the user's cache, or where that cannot be written, the system's temporary folder. */
export async function unpackedPlaces(
  model: ModelFolder,
  variant: ModelVariant,
): Promise<UnpackedPlace[]> {
  const hash = createHash('sha256').update(await layoutKey());
  for (const { file, sha256 } of variantFiles(variant)) hash.update(`${file} ${sha256}\n`);
  // Else a folder with the same files could have them unpacked where this one's graphs do not look.
  hash.update(`${variant.unpack?.to}`);
  const name = model.manifest.name.replace(/[^\w-]/g, '_');
  const version = hash.digest('hex').slice(0, 16);
  const temporary = path.join(tmpdir(), `unmask-${process.getuid?.() ?? 'user'}`);
  const cached = path.join(cacheFolder(), 'unmask', name, version);
  const other = path.join(temporary, name, version);
  const isOwn = await isOwnFolder(temporary);
  return [
    { folder: cached, state: await stateOf(cached) },
    { folder: other, state: isOwn ? await stateOf(other) : 'absent', own: temporary },
  ];
}

/** Where it stands with a folder; one that somebody else has made is none. */
export async function stateOf(folder: string): Promise<UnpackedState> {
  const found = await stat(folder).catch(() => undefined);
  if (!found || (process.getuid && found.uid !== process.getuid())) return 'absent';
  return (await isWhole(folder)) ? 'whole' : 'damaged';
}
