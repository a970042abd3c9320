import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cacheFolder, type ModelFolder, type ModelVariant, variantFiles } from '../../models';
import { layoutKey } from './mappedWeights';
import { isWhole } from './sealedFolder';

/** A folder in which a variant may lie unpacked. */
export interface UnpackedPlace {
  readonly folder: string;
  readonly state: UnpackedState;
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
  const name = model.manifest.name.replace(/[^\w-]/g, '_');
  const version = hash.digest('hex').slice(0, 16);
  const temporary = path.join(tmpdir(), `unmask-${process.getuid?.() ?? 'user'}`);
  const folders = [path.join(cacheFolder(), 'unmask'), temporary].map((at) =>
    path.join(at, name, version),
  );
  return Promise.all(folders.map(async (folder) => ({ folder, state: await stateOf(folder) })));
}

/** Where it stands with a folder; one that somebody else has made is none: anyone may make one in the temporary folder. */
export async function stateOf(folder: string): Promise<UnpackedState> {
  const found = await stat(folder).catch(() => undefined);
  if (!found || (process.getuid && found.uid !== process.getuid())) return 'absent';
  return (await isWhole(folder)) ? 'whole' : 'damaged';
}
