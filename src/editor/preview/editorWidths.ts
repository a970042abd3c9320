import { isDeepStrictEqual } from 'node:util';
import { commands, type Disposable, type TextEditor } from 'vscode';
import { type EditorLayout, groupWidths } from './groupWidths';

/** How wide editors are, as far as VS Code tells: for groups of which some are side by side. */
export class EditorWidths implements Disposable {
  #widths: readonly (number | undefined)[] = [];
  #isDisposed = false;

  /** @param changed hears that a measurement has brought something new */
  constructor(private readonly changed: () => void) {}

  dispose(): void {
    this.#isDisposed = true;
  }

  /** Of an editor's group in CSS pixels, as it was measured last. */
  of({ viewColumn }: TextEditor): number | undefined {
    return viewColumn === undefined ? undefined : this.#widths[viewColumn - 1];
  }

  /** VS Code tells only who asks, and of no change by the mouse. */
  async measure(): Promise<void> {
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
