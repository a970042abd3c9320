import { commands, Disposable, window } from 'vscode';
import { isCandidateFor } from '../comparison';
import type { RunOwner } from '../run/runOwner';
import { spanAtCursor } from '../span/target';

/**
 * Keeps the keys that `when` clauses read:
 * - `unmask.running`: a run is starting or denoising;
 * - `unmask.candidate`: a finished candidate waits to be accepted or rejected;
 * - `unmask.several`: there are others besides it;
 * - `unmask.severalSpans`: it fills more than one span;
 * - `unmask.here`: the active editor shows the document of the run;
 * - `unmask.compared`: or what a comparison shows of its candidate;
 * - `unmask.atSpan`: and its cursor is at one of the spans;
 * - `unmask.allSelect`: each cursor of the active editor selects something;
 * - `unmask.placed`: there are spans that can be run again;
 * - `unmask.traced`: there is a trace to export.
 */
export class ContextKeys implements Disposable {
  readonly #disposable: Disposable;
  readonly #known = new Map<string, boolean>();

  constructor(private readonly owner: RunOwner) {
    this.#disposable = Disposable.from(
      owner.onDidChange((change) => {
        if (change.kind !== 'steps') this.#update();
      }),
      owner.onDidMove(() => this.#update()),
      window.onDidChangeActiveTextEditor(() => this.#update()),
      window.onDidChangeTextEditorSelection(() => this.#update()),
    );
    this.#update();
  }

  dispose(): void {
    this.#disposable.dispose();
    // VS Code keeps them, and our keybindings, when the extension is switched off.
    for (const key of this.#known.keys()) this.#set(key, false);
  }

  #update(): void {
    const { owner } = this;
    const editor = window.activeTextEditor;
    const document = owner.place?.document;
    const here = editor !== undefined && editor.document === document;
    this.#set('running', owner.running);
    this.#set('candidate', owner.candidate !== null);
    this.#set('several', owner.candidate !== null && owner.candidates.count > 1);
    this.#set('severalSpans', (owner.candidate?.length ?? 0) > 1);
    this.#set('here', here);
    this.#set('compared', editor !== undefined && isCandidateFor(editor.document.uri, document));
    this.#set('atSpan', spanAtCursor(editor, owner.place) >= 0);
    this.#set('allSelect', editor?.selections.every(({ isEmpty }) => !isEmpty) ?? false);
    this.#set('placed', owner.place !== null);
    this.#set('traced', owner.trace !== null);
  }

  #set(key: string, value: boolean): void {
    if (this.#known.get(key) === value) return;
    this.#known.set(key, value);
    void commands.executeCommand('setContext', `unmask.${key}`, value);
  }
}
