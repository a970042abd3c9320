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

/**
 * What the untitled document of a place has been saved as: VS Code opens that and then empties the untitled one.
 *
 * @param openedLast of all documents
 */
export function savedAs(
  openedLast: TextDocument | null,
  { document, untitledText }: Pick<Place, 'document' | 'untitledText'>,
): TextDocument | null {
  if (!untitledText || document.getText() !== '') return null;
  return openedLast && !openedLast.isClosed && openedLast.getText() === untitledText
    ? openedLast
    : null;
}
