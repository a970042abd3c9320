import { Disposable, type FileRenameEvent, type TextDocument, workspace } from 'vscode';
import { renamed } from './otherName';
import { Place } from './place';
import { SavedCopies } from './savedCopies';

/** How long a document that is being renamed may be closed before it counts as gone. */
const RENAMING_MS = 2_000;

export interface DocumentLifeHooks {
  /** The place is this one from now on, in another document. */
  readonly goesOnAs: (place: Place) => void;
  /** It was closed for good. */
  readonly gone: () => void;
}

/** Watches what becomes of the document of a place, beside edits: other names, and its end. */
export class DocumentLife implements Disposable {
  readonly #subscriptions: Disposable;
  #renaming: FileRenameEvent['files'] = [];
  readonly #copies: SavedCopies;

  constructor(
    private readonly place: () => Place | null,
    private readonly hooks: DocumentLifeHooks,
  ) {
    this.#copies = new SavedCopies(place);
    this.#subscriptions = Disposable.from(
      this.#copies,
      workspace.onDidCloseTextDocument((document) => this.#closed(document)),
      workspace.onWillRenameFiles(({ files }) => {
        this.#renaming = files;
      }),
      workspace.onDidRenameFiles(({ files }) => this.#renamed(files)),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** The place in what its document has been saved as, where that is what has changed or closed it just now. */
  savedAs(place: Place): Place | null {
    return this.#copies.insteadOf(place);
  }

  async #renamed(files: FileRenameEvent['files']): Promise<void> {
    const place = this.place();
    const to = place && renamed(place.document.uri, files);
    if (!to) return;
    try {
      const document = await workspace.openTextDocument(to);
      const same = document.getText() === place.document.getText();
      if (same && this.place() === place) this.hooks.goesOnAs(new Place(document, place.spans));
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
      if (saved) this.hooks.goesOnAs(saved);
      else this.hooks.gone();
    }, wait);
  }
}
