import { type ModelFolder, type ModelVariant, variantFiles, verifyModelFolder } from '../models';
import type { Unpack } from './unpack';
import { findUnpacked, openableFolder } from './unpacked';

/**
 * The folder from which a variant can be opened: its files are verified and, where they are packed, unpacked first. From then on
 * only what was unpacked is read.
 *
 * @throws {ModelFolderError} when files are missing or corrupt, or cannot be unpacked
 */
export async function verifiedFolder(
  model: ModelFolder,
  variant: ModelVariant,
  unpack: Unpack | undefined,
): Promise<string> {
  if (!(await findUnpacked(model, variant))) await verifyModelFolder(model, variantFiles(variant));
  return openableFolder(model, variant, unpack);
}
