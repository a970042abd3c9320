import { Disposable, type FileRenameEvent, type TextDocument, workspace } from 'vscode';
import { type OpenedFile, renamed, savedAs } from './otherName';
import type { Place } from './place';

/** How long a document that is being renamed may be closed before it counts as gone. */
const RENAMING_MS = 2_000;

export interface DocumentLifeHooks {
  /** The document of the place is another one from now on, with the same text. */
  readonly goesOnIn: (document: TextDocument, place: Place) => void;
  /** It was closed for good. */
  readonly gone: () => void;
}

/** Watches what becomes of the document of the present place, beside edits: other names, and its end. */
export class DocumentLife implements Disposable {
  readonly #subscriptions: Disposable;
  #renaming: FileRenameEvent['files'] = [];
  #openedLast: OpenedFile | null = null;

  constructor(
    private readonly place: () => Place | null,
    private readonly hooks: DocumentLifeHooks,
  ) {
    this.#subscriptions = Disposable.from(
      workspace.onDidCloseTextDocument((document) => this.#closed(document)),
      workspace.onWillRenameFiles(({ files }) => {
        this.#renaming = files;
      }),
      workspace.onDidRenameFiles(({ files }) => this.#renamed(files)),
      workspace.onDidOpenTextDocument((document) => {
        if (!workspace.fs.isWritableFileSystem(document.uri.scheme)) return;
        this.#openedLast = { document, at: performance.now(), isWritten: false };
      }),
      workspace.onDidSaveTextDocument((document) => {
        if (this.#openedLast?.document !== document) return;
        this.#openedLast = { ...this.#openedLast, isWritten: true };
      }),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** What the document of the place has been saved as, where that is what has changed or closed it just now. */
  savedAs(place: Place): TextDocument | null {
    return savedAs(this.#openedLast, place, performance.now());
  }

  async #renamed(files: FileRenameEvent['files']): Promise<void> {
    const place = this.place();
    const to = place && renamed(place.document.uri, files);
    if (!to) return;
    try {
      const document = await workspace.openTextDocument(to);
      const same = document.getText() === place.document.getText();
      if (same && this.place() === place) this.hooks.goesOnIn(document, place);
    } catch {
      // Gone again, or not a text any more: the old document is closed, and that is said.
    }
  }

  #closed(document: TextDocument): void {
    // A change of its language closes a document for a moment, its renaming until the file is where it is to go.
    const wait = renamed(document.uri, this.#renaming) ? RENAMING_MS : 0;
    setTimeout(() => {
      const place = this.place();
      if (place?.document !== document || !document.isClosed) return;
      const saved = this.savedAs(place);
      if (saved) this.hooks.goesOnIn(saved, place);
      else this.hooks.gone();
    }, wait);
  }
}
