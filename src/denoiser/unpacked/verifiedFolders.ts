import { type ModelFolder, type ModelVariant, variantFiles, verifyModelFolder } from '../../models';
import type { Unpack } from './unpack';
import { openableFolder } from './unpacked';

/**
 * The folders from which the variants of a model can be opened, for one load: the files of each are verified and, where they
 * are packed, unpacked first. From then on only what was unpacked is read. Each is looked for once, whoever asks first.
 */
export class VerifiedFolders {
  readonly #folders = new Map<ModelVariant, string>();
  #wereDamaged = false;

  /** @param unpack how; by default in this very process */
  constructor(
    private readonly model: ModelFolder,
    private readonly unpack: Unpack | undefined,
  ) {}

  /** @throws {ModelFolderError} when files are missing or corrupt, or cannot be unpacked */
  async of(variant: ModelVariant): Promise<string> {
    const known = this.#folders.get(variant);
    if (known !== undefined) return known;
    const { model, unpack } = this;
    const verify = () => verifyModelFolder(model, variantFiles(variant));
    const folder = await openableFolder(model, variant, unpack, verify);
    this.#folders.set(variant, folder);
    return folder;
  }

  /** Whether one that was given out was no longer what it had been. */
  get wereDamaged(): boolean {
    return this.#wereDamaged;
  }

  /** Has a variant looked for anew, as its folder is no longer what it was. */
  forget(variant: ModelVariant): void {
    this.#wereDamaged = true;
    this.#folders.delete(variant);
  }
}
