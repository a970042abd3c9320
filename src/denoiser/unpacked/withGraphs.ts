import type { ModelFolder, ModelVariant } from '../../models';
import { closeGraphs, type Graphs, openGraphsIn } from '../graphs/graphs';
import { openableFolder } from './unpacked';

/**
 * Has a variant's graphs open, unpacked where that is needed, while something is done with them, and closes them whatever
 * comes of it.
 *
 * @throws {ModelFolderError} when they cannot be unpacked; as `openGraphsIn`; and what `use` throws
 */
export async function withGraphs<T>(
  model: ModelFolder,
  variant: ModelVariant,
  executionProvider: string,
  threads: number,
  use: (graphs: Graphs) => Promise<T>,
): Promise<T> {
  const folder = await openableFolder(model, variant);
  const graphs = await openGraphsIn(folder, model, variant, executionProvider, threads);
  try {
    return await use(graphs);
  } finally {
    await closeGraphs(graphs);
  }
}
