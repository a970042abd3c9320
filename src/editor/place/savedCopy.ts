import type { TextDocument, TextDocumentContentChangeEvent } from 'vscode';
import { Place } from './place';

/** How long writing a file may take, in milliseconds since it was opened, or given the text. */
const SAVING_MS = 10_000;

/**
 * A file as which the document of a place may be saved under another name: VS Code opens that if it is not, gives it the
 * document's text, changes this where it formats on save, and writes it. Then it empties an untitled document, and takes
 * another back to what is in its file, or closes it.
 */
export class SavedCopy {
  /** In the file, since that has held the text of the place. */
  #copy: Place | null = null;
  /** The place that it is a copy of, and its text then. */
  #of: Place | null = null;
  #text = '';
  #isWritten = false;

  /** @param since when it may be one, in milliseconds */
  constructor(
    private readonly file: TextDocument,
    private readonly since: number,
  ) {}

  /** Whether it may still be such a copy; later nothing need be told of it. */
  mayBe(now: number): boolean {
    return now - this.since < SAVING_MS;
  }

  /** The file has been changed, or just opened. */
  changed(place: Place | null, changes: readonly TextDocumentContentChangeEvent[] = []): void {
    if (changes.length > 0 && this.#copy?.follow(changes, 'untyped') !== 'moved') this.#copy = null;
    if (!place || place.document === this.file || place.text !== this.file.getText()) return;
    this.#copy = new Place(this.file, place.spans);
    this.#of = place;
    this.#text = place.text;
  }

  written(): void {
    this.#isWritten = true;
  }

  /** The place in the file, where its document has just been given up for that; else null. Whoever asks is to follow it. */
  insteadOf(place: Place, now: number): Place | null {
    const isCopy = this.#of === place && this.#text === place.text && place.text !== '';
    if (!isCopy || !this.#isWritten || this.file.isClosed || !isGivenUp(place.document))
      return null;
    return this.mayBe(now) && this.#copy ? new Place(this.file, this.#copy.spans) : null;
  }
}

function isGivenUp(document: TextDocument): boolean {
  if (document.isUntitled) return document.getText() === '';
  return document.isClosed || !document.isDirty;
}
