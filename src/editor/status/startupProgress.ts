import { type Disposable, ProgressLocation, window } from 'vscode';
import type { RunOwner } from '../run/runOwner';

/** A start that takes no longer than this needs no notification. */
const PATIENCE_MS = 600;

/** Says what a run waits for before it begins, and lets the user call it off. */
export class StartupProgress implements Disposable {
  readonly #subscription: Disposable;
  #timer: NodeJS.Timeout | undefined;
  #close: (() => void) | undefined;

  constructor(private readonly owner: RunOwner) {
    this.#subscription = owner.onDidChange((change) => {
      if (change.kind !== 'phase') return;
      this.#end();
      if (change.phase.kind === 'starting') {
        const { message } = change.phase;
        this.#timer = setTimeout(() => this.#show(message), PATIENCE_MS);
      }
    });
  }

  dispose(): void {
    this.#end();
    this.#subscription.dispose();
  }

  #show(message: string): void {
    const options = {
      location: ProgressLocation.Notification,
      title: `Unmask: ${message}`,
      cancellable: true,
    };
    void window.withProgress(options, (_progress, cancelled) => {
      cancelled.onCancellationRequested(() => this.owner.stop());
      return new Promise<void>((resolve) => {
        this.#close = resolve;
      });
    });
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#close?.();
    this.#close = undefined;
  }
}
