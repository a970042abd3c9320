import type { TextDocument, Uri } from 'vscode';
import type { Place } from './place';

/** Where a file is once these, or the folders that it is in, have been renamed; null where that left it alone. */
export function renamed(
  file: Uri,
  files: readonly { readonly oldUri: Uri; readonly newUri: Uri }[],
): Uri | null {
  for (const { oldUri, newUri } of files) {
    const [name, old] = [file.toString(), oldUri.toString()];
    if (name === old) return newUri;
    if (name.startsWith(`${old}/`))
      return newUri.with({ path: newUri.path + file.path.slice(oldUri.path.length) });
  }
  return null;
}

/** A file that was opened, in milliseconds when, and whether it has been written since. */
export interface OpenedFile {
  readonly document: TextDocument;
  readonly at: number;
  readonly isWritten: boolean;
}

/** How long writing a file may take, from its opening on. */
const SAVING_MS = 10_000;

/**
 * What the document of a place has just been saved as, under another name: VS Code opens that, writes it, and then empties an
 * untitled document, and takes another back to what is in its file, or closes it. It is the file opened last, if that has
 * been written since and has the text of the place.
 */
export function savedAs(
  openedLast: OpenedFile | null,
  { document, text }: Pick<Place, 'document' | 'text'>,
  now: number,
): TextDocument | null {
  if (!openedLast?.isWritten || !text || !isGivenUp(document)) return null;
  const { document: file, at } = openedLast;
  if (file === document || file.isClosed || now - at >= SAVING_MS) return null;
  return file.getText() === text ? file : null;
}

function isGivenUp(document: TextDocument): boolean {
  if (document.isUntitled) return document.getText() === '';
  return document.isClosed || !document.isDirty;
}
