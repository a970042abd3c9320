import {
  Disposable,
  type TextDocument,
  type TextDocumentContentChangeEvent,
  workspace,
} from 'vscode';
import type { Place } from './place';
import { SavedCopy } from './savedCopy';

/**
 * The files that the document of a place may just be saved as: those that were opened a moment ago, and those that were open
 * and have been given its text.
 */
export class SavedCopies implements Disposable {
  readonly #copies = new Map<TextDocument, SavedCopy>();
  readonly #subscriptions: Disposable;

  constructor(private readonly place: () => Place | null) {
    this.#subscriptions = Disposable.from(
      workspace.onDidOpenTextDocument((document) => this.#begin(document)),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        // Whole texts are compared: not for as long as one types there.
        this.#forgetOld();
        const place = this.place();
        const copy = this.#copies.get(document);
        if (copy) copy.changed(place, contentChanges);
        else if (place && mayHold(document, contentChanges, place)) this.#begin(document);
      }),
      workspace.onDidSaveTextDocument((document) => this.#copies.get(document)?.written()),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** The place in what its document has been saved as, where that is what has changed or closed it just now. */
  insteadOf(place: Place): Place | null {
    const now = performance.now();
    for (const copy of this.#copies.values()) {
      const instead = copy.insteadOf(place, now);
      if (instead) return instead;
    }
    return null;
  }

  #begin(document: TextDocument): void {
    this.#forgetOld();
    // One that is given another language, as by its new name, is told of as opened once more.
    if (this.#copies.has(document) || !workspace.fs.isWritableFileSystem(document.uri.scheme))
      return;
    const copy = new SavedCopy(document, performance.now());
    this.#copies.set(document, copy);
    copy.changed(this.place());
  }

  #forgetOld(): void {
    const now = performance.now();
    for (const [document, copy] of this.#copies)
      if (!copy.mayBe(now)) this.#copies.delete(document);
  }
}

/** Whether a file may have been given the text of a place, as far as can be told without reading it whole. */
function mayHold(
  file: TextDocument,
  [change]: readonly TextDocumentContentChangeEvent[],
  { document }: Place,
): boolean {
  if (!change || file === document || file.lineCount !== document.lineCount) return false;
  const line = Math.min(change.range.start.line, file.lineCount - 1);
  return file.lineAt(line).text === document.lineAt(line).text;
}
