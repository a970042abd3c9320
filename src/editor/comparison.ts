import {
  commands,
  Disposable,
  EventEmitter,
  languages,
  Range,
  type TextDocument,
  type TextDocumentContentProvider,
  type TextDocumentShowOptions,
  type TextEditor,
  Uri,
  window,
  workspace,
} from 'vscode';
import { toLineFeeds } from '../engine/protocol/lineFeeds';
import type { RunOwner } from './run/runOwner';
import { withFills } from './span/spans';

const SCHEME = 'unmask-candidate';

/** Shows a document beside what accepting the candidate would make of it, in an ordinary diff editor. */
export class Comparison implements TextDocumentContentProvider, Disposable {
  readonly #changes = new EventEmitter<Uri>();
  readonly #disposable: Disposable;

  readonly onDidChange = this.#changes.event;

  constructor(private readonly owner: RunOwner) {
    this.#disposable = Disposable.from(
      this.#changes,
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      owner.onDidChange((change) => {
        if (change.kind === 'phase') this.#refresh();
      }),
      workspace.onDidChangeTextDocument(({ document }) => this.#refresh(document.uri.toString())),
    );
  }

  dispose(): void {
    this.#disposable.dispose();
  }

  /** Opens the diff; does nothing while there is no candidate. */
  async open(): Promise<void> {
    const { place, candidate } = this.owner;
    if (!place || !candidate) return;
    const { uri, languageId } = place.document;
    const differs = place.texts.findIndex((text, span) => text !== candidate[span]);
    // Where nothing differs, it would open at the first line. What comes before lies in both at the same place.
    const start = place.rangeOf(Math.max(0, differs))!.start;
    const options: TextDocumentShowOptions = { selection: new Range(start, start) };
    const name = place.label.replace(/:\d+$/, '');
    const filled = Uri.from({ scheme: SCHEME, path: uri.path, query: uri.toString() });
    this.#changes.fire(filled);
    try {
      // The path tells no language where nothing is saved yet, and a notebook's is not that of its cells.
      const shown = await workspace.openTextDocument(filled);
      if (shown.languageId !== languageId)
        await languages.setTextDocumentLanguage(shown, languageId);
      await commands.executeCommand('vscode.diff', uri, filled, `${name} ↔ candidate`, options);
    } catch (error) {
      // Then there is nothing to compare any more.
      if (!place.document.isClosed) throw error;
    }
  }

  /** The document as it is where no candidate waits for it: nothing differs then, such as after it was accepted or rejected. */
  async provideTextDocumentContent({ query }: Uri): Promise<string> {
    const { place, candidate } = this.owner;
    const waits = candidate && place?.document.uri.toString() === query;
    const document = waits ? place.document : await workspace.openTextDocument(Uri.parse(query));
    const text = document.getText();
    return toLineFeeds(waits ? withFills(text, place.spans, candidate) : text);
  }

  /** @param of the document compared; all where it is left out */
  #refresh(of?: string): void {
    for (const { uri } of workspace.textDocuments)
      if (uri.scheme === SCHEME && uri.query === (of ?? uri.query)) this.#changes.fire(uri);
  }
}

/** Whether a resource is what a comparison shows of the candidate for a document. */
export function isCandidateFor(
  { scheme, query }: Uri,
  document: TextDocument | undefined,
): boolean {
  return scheme === SCHEME && query === document?.uri.toString();
}

/** Whether a resource is what a comparison shows of the candidate for another document than this one. */
export function isOfAnother(resource: unknown, document: TextDocument | undefined): boolean {
  return (
    resource instanceof Uri && resource.scheme === SCHEME && !isCandidateFor(resource, document)
  );
}

/** Whether an editor is a part of another one, such as a side of a comparison, ours or not, or a cell of a notebook. */
export function isPart({ viewColumn }: TextEditor): boolean {
  return viewColumn === undefined;
}

export function isCell({ document }: TextEditor): boolean {
  return document.uri.scheme === 'vscode-notebook-cell';
}

/**
 * Of the editors that show a document, those that are not the side of a comparison with its candidate, in so far as that can
 * be told: of a cell, a notebook's own editor is as good a part of another as that side.
 */
export function outsideComparison(editors: readonly TextEditor[]): readonly TextEditor[] {
  const compared = new Set(
    window.visibleTextEditors
      .filter(({ document }) => document.uri.scheme === SCHEME)
      .map(({ document }) => document.uri.query),
  );
  const isSide = (editor: TextEditor) =>
    isPart(editor) &&
    compared.has(editor.document.uri.toString()) &&
    (!isCell(editor) || editors.length === 1);
  return editors.filter((editor) => !isSide(editor));
}
