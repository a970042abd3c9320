import { type Disposable, type Progress, ProgressLocation, window } from 'vscode';
import type { RunOwner } from '../run/runOwner';

/** A start that takes no longer than this needs no notification. */
const PATIENCE_MS = 600;

/** Says what a run waits for before it begins, and lets the user call it off. */
export class StartupProgress implements Disposable {
  readonly #subscription: Disposable;
  #message = '';
  #timer: NodeJS.Timeout | undefined;
  #progress: Progress<{ message: string }> | undefined;
  #close: (() => void) | undefined;

  constructor(private readonly owner: RunOwner) {
    this.#subscription = owner.onDidChange((change) => {
      if (change.kind !== 'phase') return;
      const { phase } = change;
      if ('doing' in phase && phase.doing.kind === 'waiting') this.#tell(phase.doing.message);
      else this.#end();
    });
  }

  dispose(): void {
    this.#end();
    this.#subscription.dispose();
  }

  /** One notification says all that a start waits for, in turn. */
  #tell(message: string): void {
    this.#message = message;
    if (this.#close) this.#progress?.report({ message });
    else this.#timer ??= setTimeout(() => this.#show(), PATIENCE_MS);
  }

  #show(): void {
    const options = {
      location: ProgressLocation.Notification,
      title: 'Unmask',
      cancellable: true,
    };
    const ended = new Promise<void>((resolve) => {
      this.#close = resolve;
    });
    void window.withProgress(options, (progress, cancelled) => {
      this.#progress = progress;
      progress.report({ message: this.#message });
      cancelled.onCancellationRequested(() => {
        // VS Code has taken it away: a run that is launched before this one has stopped needs another.
        this.#end();
        this.owner.stop();
      });
      return ended;
    });
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#progress = undefined;
    this.#close?.();
    this.#close = undefined;
  }
}
