import { type Progress, ProgressLocation, window } from 'vscode';

/** What takes no longer than this needs no notification. */
const PATIENCE_MS = 600;

/** One notification that says in turn what is waited for, and lets the user call it off. */
export class WaitingNotice {
  #message = '';
  #timer: NodeJS.Timeout | undefined;
  #progress: Progress<{ message: string }> | undefined;
  #close: (() => void) | undefined;

  constructor(private readonly callOff: () => void) {}

  tell(message: string): void {
    this.#message = message;
    if (this.#close) this.#progress?.report({ message });
    else this.#timer ??= setTimeout(() => this.#show(), PATIENCE_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#progress = undefined;
    this.#close?.();
    this.#close = undefined;
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
        // VS Code has taken it away: what is waited for next needs another.
        this.end();
        this.callOff();
      });
      return ended;
    });
  }
}
