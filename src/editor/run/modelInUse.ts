import path from 'node:path';
import { type Disposable, workspace } from 'vscode';
import { leftProvider } from '../../engine/client';
import type { ModelStatus } from '../../engine/protocol/messages';
import type { Settings } from '../settings/settings';
import type { Notices } from '../status/notices';

/**
 * The model that the engine has open, whatever it was loaded for, until the settings name another. It goes on being named
 * when the engine has ended: the next run will have it again.
 */
export class ModelInUse implements Disposable {
  #status: ModelStatus | null = null;
  readonly #subscription: Disposable;

  /**
   * @param settled resolves when no run uses it any more
   * @param tell hears of it when it is another
   */
  constructor(
    private readonly settings: Settings,
    private readonly notices: Notices,
    settled: () => Promise<void>,
    private readonly tell: (model: ModelStatus | null) => void,
  ) {
    this.#subscription = workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('unmask.modelFolder'))
        void settled().then(() => this.#leave());
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** null where none is open, as far as is known, or not the one that the next run will have. */
  get status(): ModelStatus | null {
    return this.#status;
  }

  /** @param model null where it cannot be used */
  becomes(model: ModelStatus | null): void {
    if (model === this.#status) return;
    const left = model && leftProvider(model);
    // Not again where an engine that had ended has loaded it as before.
    if (left && left !== (this.#status && leftProvider(this.#status)))
      this.notices.otherProvider(left);
    this.#status = model;
    this.tell(model);
  }

  #leave(): void {
    const { folder } = this.settings.loadModel();
    if (this.#status?.folder !== path.resolve(folder)) this.becomes(null);
  }
}
