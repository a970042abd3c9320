import type { Disposable } from 'vscode';
import type { RunOwner } from '../run/runOwner';
import { WaitingNotice } from './waitingNotice';

/** Says what a run waits for before it begins, and lets the user call it off. */
export class StartupProgress implements Disposable {
  readonly #notice: WaitingNotice;
  readonly #subscription: Disposable;

  constructor(owner: RunOwner) {
    this.#notice = new WaitingNotice(() => owner.stop());
    this.#subscription = owner.onDidChange((change) => {
      if (change.kind !== 'phase') return;
      const { phase } = change;
      if ('doing' in phase && phase.doing.kind === 'waiting')
        this.#notice.tell(phase.doing.message);
      else this.#notice.end();
    });
  }

  dispose(): void {
    this.#notice.end();
    this.#subscription.dispose();
  }
}
