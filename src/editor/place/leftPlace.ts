import { commands, type TextDocument, workspace } from 'vscode';
import type { Span } from '../span/spans';
import type { Place } from './place';

/**
 * Whether spans are, at least in part, on those of a place: what is filled there is filled once more. Where one merely ends
 * where another begins they are two, unless one is a cursor, which is at both.
 */
export function touches(place: Place, document: TextDocument, spans: readonly Span[]): boolean {
  if (place.document !== document) return false;
  return spans.some((span) => place.spans.some((each) => meet(span, each)));
}

function meet(a: Span, b: Span): boolean {
  const isCursor = a.start === a.end || b.start === b.end;
  const [from, to] = [Math.max(a.start, b.start), Math.min(a.end, b.end)];
  return isCursor ? from <= to : from < to;
}

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
