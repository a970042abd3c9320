import { type Disposable, type TextDocument, type TextEditor, window, workspace } from 'vscode';
import type { EngineClient } from '../engine/client';
import type { RunOwner } from './run';
import type { Settings } from './settings';
import { contextAround, type Span } from './spans';
import { selectedSpans } from './target';

/** Milliseconds that a selection has to stand still: more than it does while it is being made, less than it takes to reach for a command. */
const STILL_MS = 300;

/** A context that is being encoded. */
interface Encoding {
  readonly document: TextDocument;
  readonly spans: readonly Span[];
  readonly abort: AbortController;
}

/**
 * Has the context of a selection encoded before a fill is asked for, which then begins to denoise at once: encoding is
 * most of what a fill takes. It never starts the engine, and gives way to every run.
 */
export class EncodeAhead implements Disposable {
  readonly #disposables: Disposable[];
  #timer: NodeJS.Timeout | undefined;
  #encoding: Encoding | undefined;

  constructor(
    private readonly engine: EngineClient,
    private readonly owner: RunOwner,
    private readonly settings: Settings,
  ) {
    this.#disposables = [
      window.onDidChangeTextEditorSelection(({ textEditor }) => this.#selected(textEditor)),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (document === this.#encoding?.document) this.#stop();
      }),
      owner.onDidChange((change) => {
        if (change.kind === 'phase' && change.phase.kind === 'starting') this.#giveWay();
      }),
    ];
  }

  dispose(): void {
    this.#stop();
    for (const each of this.#disposables) each.dispose();
  }

  #selected(editor: TextEditor): void {
    this.#stop();
    this.#timer = setTimeout(() => this.#encode(editor), STILL_MS);
  }

  #encode(editor: TextEditor): void {
    const { document } = editor;
    const spans = selectedSpans(editor);
    // A fill that waits to be accepted may be run again, and its context is not to be pushed out of the cache.
    if (!spans || document.isClosed || this.owner.running || this.owner.candidate) return;
    if (this.owner.model === null || !this.settings.encodesAhead()) return;
    const encoding = { document, spans, abort: new AbortController() };
    const context = contextAround(document.getText(), spans, this.settings.contextLimit());
    this.#encoding = encoding;
    this.engine
      .encodeContext({ language: document.languageId, ...context }, encoding.abort.signal)
      // What is wrong, the fill itself will say.
      .catch(() => {})
      .finally(() => {
        if (this.#encoding === encoding) this.#encoding = undefined;
      });
  }

  /** A run on the very spans is waiting for the same context; any other is waiting for the engine. */
  #giveWay(): void {
    clearTimeout(this.#timer);
    const { place } = this.owner;
    const mine = this.#encoding;
    if (place && place.document === mine?.document && sameSpans(place.spans, mine.spans)) return;
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#encoding?.abort.abort();
    this.#encoding = undefined;
  }
}

const sameSpans = (one: readonly Span[], other: readonly Span[]) =>
  one.length === other.length &&
  one.every(({ start, end }, i) => start === other[i]!.start && end === other[i]!.end);
