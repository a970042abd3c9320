import { isDeepStrictEqual } from 'node:util';
import { commands, Disposable, type TextEditor, window } from 'vscode';
import type { RunPhase } from '../../panel/messages';
import type { RunOwner } from '../run/runOwner';
import { type EditorLayout, groupWidths } from './groupWidths';

/** How wide editors are, as far as VS Code tells: for groups of which some are side by side. */
export class EditorWidths implements Disposable {
  #widths: readonly (number | undefined)[] = [];
  #isDisposed = false;
  /** As of which it was measured last. */
  #phase: RunPhase['kind'] | undefined;
  readonly #subscriptions: Disposable;

  /** @param changed hears that a measurement has brought something new */
  constructor(
    owner: Pick<RunOwner, 'onDidChange'>,
    private readonly changed: () => void,
  ) {
    this.#subscriptions = Disposable.from(
      // VS Code tells only who asks, and of no change by the mouse; but not at every part of a context that is read.
      owner.onDidChange((change) => {
        if (change.kind !== 'phase' || change.phase.kind === this.#phase) return;
        this.#phase = change.phase.kind;
        void this.#measure();
      }),
      window.tabGroups.onDidChangeTabGroups(() => void this.#measure()),
    );
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#subscriptions.dispose();
  }

  /** Of an editor's group in CSS pixels, as it was measured last. */
  of({ viewColumn }: TextEditor): number | undefined {
    return viewColumn === undefined ? undefined : this.#widths[viewColumn - 1];
  }

  async #measure(): Promise<void> {
    const widths = await layout().then(
      (layout) => groupWidths(layout),
      // Not all that runs extensions has this command.
      () => [],
    );
    if (this.#isDisposed || isDeepStrictEqual(widths, this.#widths)) return;
    this.#widths = widths;
    this.changed();
  }
}

async function layout(): Promise<EditorLayout> {
  return await commands.executeCommand<EditorLayout>('vscode.getEditorLayout');
}
