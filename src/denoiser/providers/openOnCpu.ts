import { type ModelFolder, ModelFolderError, type ModelVariant } from '../../models';
import { isAsSealed } from '../folders/sealedFolder';
import { removeFolder } from '../folders/staleFolders';
import { type Graphs, openGraphsIn } from '../graphs/graphs';
import type { ModelTokens } from '../modelTokens';
import { plainReason } from '../onnxRuntime';
import { checkGraphs } from '../selfCheck/checkGraphs';
import { recordedPredictions } from '../selfCheck/recordedPredictions';
import type { VerifiedFolders } from '../unpacked/verifiedFolders';

/**
 * Opens a variant on the CPU. One that was unpacked is held against what it predicted then: where its files have been damaged
 * since, or cannot be opened, it is unpacked anew.
 *
 * @throws {ModelFolderError} when files are corrupt or the graphs cannot be opened
 * @throws {Error} ONNX Runtime's, or a DenoiserError, when the CPU does not run the model
 */
export async function openOnCpu(
  model: ModelFolder,
  variant: ModelVariant,
  tokens: ModelTokens,
  { threads, folders }: { readonly threads: number; readonly folders: VerifiedFolders },
): Promise<Graphs> {
  const open = async (folder: string): Promise<Graphs> => {
    const recorded = await recordedPredictions(folder);
    const graphs = await openGraphsIn(folder, model, variant, 'cpu', threads).catch((error) => {
      if (error instanceof ModelFolderError) throw error;
      throw new ModelFolderError(
        `The model ${model.manifest.name} cannot be opened: ${plainReason(error)}. Export or install it anew, or select another model.`,
      );
    });
    await checkGraphs(graphs, model.manifest, tokens, recorded, () => damaged(folder));
    return graphs;
  };
  const folder = await folders.of(variant);
  try {
    return await open(folder);
  } catch (error) {
    if (folder === model.folder) throw error;
    // What could not be opened for want of memory, say, would be as large again.
    if (error instanceof ModelFolderError && (await isAsSealed(folder))) throw error;
    await removeFolder(folder);
    folders.forget(variant);
    return open(await folders.of(variant));
  }
}

const damaged = (folder: string) =>
  `What was unpacked of the model into ${folder} has been damaged. Close other windows that use it, and remove that folder.`;
