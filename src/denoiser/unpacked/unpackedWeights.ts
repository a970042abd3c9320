import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ModelFolder } from '../../models';
import { type UnpackedState, unpackedPlaces } from './unpackedPlaces';

/** Where a variant that is shipped packed lies unpacked, or will. */
export interface UnpackedWeights {
  readonly precision: string;
  readonly folder: string;
  readonly state: UnpackedState;
  /** What is in the folder. */
  readonly bytes: number;
}

/** Of the variants of a model that are shipped packed. Nothing is changed by looking. */
export function unpackedWeights(model: ModelFolder): Promise<UnpackedWeights[]> {
  const packed = model.manifest.variants.filter(({ unpack }) => unpack);
  return Promise.all(
    packed.map(async (variant) => {
      const places = await unpackedPlaces(model, variant);
      const inState = (wanted: UnpackedState) => places.find(({ state }) => state === wanted);
      const { folder, state } = inState('whole') ?? inState('damaged') ?? places[0]!;
      const bytes = state === 'absent' ? 0 : await bytesIn(folder);
      return { precision: variant.precision, folder, state, bytes };
    }),
  );
}

async function bytesIn(folder: string): Promise<number> {
  // Another process may be about to make it anew.
  const files = await readdir(folder).catch((): string[] => []);
  const sizes = await Promise.all(
    files.map((file) => stat(path.join(folder, file)).catch(() => ({ size: 0 }))),
  );
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
