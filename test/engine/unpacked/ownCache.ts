import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { closeGraphs, openGraphsIn } from '../../../src/denoiser/graphs/graphs';
import { openTokenizer } from '../../../src/denoiser/modelTokens';
import { variantFor } from '../../../src/denoiser/providers/variant';
import { selfCheckPredictions } from '../../../src/denoiser/selfCheck/selfCheck';
import { unpackedPlaces } from '../../../src/denoiser/unpacked/unpackedPlaces';
import { type ModelFolder, type ModelVariant, readModelFolder } from '../../../src/models';
import { tinyAdaptedModel } from '../../tinyModels';

/** Where a user's cache is, on every platform. */
const CACHE_VARIABLES = ['XDG_CACHE_HOME', 'LOCALAPPDATA', 'HOME'];
/** A folder of its own for every test, in which the user's cache is. */
export function useOwnCache(): { readonly place: string } {
  let place = '';
  beforeEach(async () => {
    place = await mkdtemp(path.join(tmpdir(), 'unmask-unpacked-'));
    useCache(place);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(place, { recursive: true });
  });
  return {
    get place() {
      return place;
    },
  };
}

export const useCache = (folder: string) => {
  for (const name of CACHE_VARIABLES) vi.stubEnv(name, folder);
};

export async function packed(folder = tinyAdaptedModel) {
  const model = await readModelFolder(folder);
  return { model, variant: variantFor(model, 'cpu')! };
}

/** Changes what a model's `model.json` says of one of its variants. */
export async function changeVariant(
  folder: string,
  precision: string,
  change: (variant: ModelVariant) => void,
): Promise<void> {
  const file = path.join(folder, 'model.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  change(manifest.variants.find((variant: ModelVariant) => variant.precision === precision));
  await writeFile(file, JSON.stringify(manifest));
}

export async function findUnpacked(model: ModelFolder, variant: ModelVariant) {
  const places = await unpackedPlaces(model, variant);
  return places.find(({ state }) => state === 'whole')?.folder;
}

/** What the tiny model's graphs in a folder predict for the self-check's input. */
export async function predictions(folder: string) {
  const { model, variant } = await packed();
  const graphs = await openGraphsIn(folder, model, variant, 'cpu', 1);
  const { tokens } = await openTokenizer(model);
  const found = await selfCheckPredictions(graphs, model.manifest, tokens);
  await closeGraphs(graphs);
  return found;
}
