import type { ModelFolder, ModelVariant } from '../../models';
import { type Graphs, openGraphsIn } from '../graphs/graphs';
import { openableFolder } from './unpacked';

/**
 * Opens a variant's graphs, unpacked where that is needed.
 *
 * @throws {ModelFolderError} when they cannot be unpacked; and as `openGraphsIn`
 */
export async function openGraphs(
  model: ModelFolder,
  variant: ModelVariant,
  executionProvider: string,
  threads: number,
): Promise<Graphs> {
  const folder = await openableFolder(model, variant);
  return openGraphsIn(folder, model, variant, executionProvider, threads);
}
