import { commands, type TextDocument, workspace } from 'vscode';
import type { Place } from './place';

/** Whether a document can be opened once more when it was closed, unlike one never saved, or the cell of a notebook. */
export function isFile({ uri }: TextDocument): boolean {
  return workspace.fs.isWritableFileSystem(uri.scheme) !== undefined;
}

/** The document of a place, opened once more where it was closed; null where it is gone. */
export async function openAgain({ document }: Place): Promise<TextDocument | null> {
  if (!document.isClosed) return document;
  // One that was never saved would be made anew, without its text.
  if (!isFile(document)) return null;
  try {
    return await workspace.openTextDocument(document.uri);
  } catch {
    return null;
  }
}

/** Goes to a place, with the cursor where the keys for its candidate work. */
export async function showPlace({ document, ranges }: Place): Promise<void> {
  await commands.executeCommand('vscode.open', document.uri, {
    selection: ranges[0],
    preview: false,
  });
}
