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

/** A file that was opened, and when, in milliseconds. */
export interface OpenedFile {
  readonly document: TextDocument;
  readonly at: number;
}

/** How long writing a file may take, from its opening on. */
const SAVING_MS = 10_000;

/**
 * What the untitled document of a place has been saved as: VS Code opens that, writes it, and then empties the untitled
 * one. It is the file opened last, if that has its text.
 */
export function savedAs(
  openedLast: OpenedFile | null,
  { document, text }: Pick<Place, 'document' | 'text'>,
  now: number,
): TextDocument | null {
  if (!openedLast || !document.isUntitled || !text || document.getText() !== '') return null;
  const { document: file, at } = openedLast;
  return now - at < SAVING_MS && !file.isClosed && file.getText() === text ? file : null;
}
