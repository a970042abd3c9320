import { type Disposable, window, workspace } from 'vscode';
import type { EngineClient } from '../../engine/client';
import type { Settings } from '../settings/settings';
import { textAround } from '../span/notebook';
import { contextAround } from '../span/spans';
import { isWritable, selectedSpans } from '../span/target';
import type { RunOwner } from './runOwner';

/** Milliseconds for which nothing changes: more than a selection stands still while it is being made. */
const STILL_MS = 300;

/**
 * Has the context of a selection encoded before a fill is asked for, which then finds it, or as much as there is of it:
 * encoding is most of what a fill takes. It never starts the engine, and stops for whatever happens in the editor.
 */
export class EncodeAhead implements Disposable {
  readonly #disposables: readonly Disposable[];
  #timer: NodeJS.Timeout | undefined;
  #encoding: AbortController | undefined;

  constructor(
    private readonly engine: EngineClient,
    private readonly owner: RunOwner,
    private readonly settings: Settings,
  ) {
    this.#disposables = [
      window.onDidChangeActiveTextEditor(() => this.#wait()),
      window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === window.activeTextEditor) this.#wait();
      }),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document === window.activeTextEditor?.document && contentChanges.length > 0)
          this.#wait();
      }),
      owner.onDidChange((change) => {
        if (change.kind === 'phase') this.#wait();
      }),
    ];
  }

  dispose(): void {
    this.#stop();
    for (const each of this.#disposables) each.dispose();
  }

  #wait(): void {
    this.#stop();
    // What is wrong, the fill itself will say.
    this.#timer = setTimeout(() => void this.#encode().catch(() => {}), STILL_MS);
  }

  async #encode(): Promise<void> {
    const { owner, settings } = this;
    // A fill that waits to be accepted may well be run again.
    if (owner.model === null || owner.running || owner.candidate || !settings.encodesAhead())
      return;
    const editor = window.activeTextEditor;
    const spans = editor && selectedSpans(editor);
    if (!spans) return;
    const { document } = editor;
    const encoding = new AbortController();
    this.#encoding = encoding;
    if (!(await isWritable(document)) || encoding.signal.aborted) return;
    const around = textAround(document, spans);
    const context = contextAround(
      around.text,
      around.spans,
      settings.contextLimit(),
      settings.holeMarker(),
    );
    const request = { language: document.languageId, ...context };
    await this.engine.encodeAhead(settings.loadModel(), request, encoding.signal);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#encoding?.abort();
    this.#encoding = undefined;
  }
}
