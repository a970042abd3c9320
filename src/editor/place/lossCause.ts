import { setTimeout as sleep } from 'node:timers/promises';
import type { TextDocument } from 'vscode';

/** Far more than lies between the two, also where the machine is busy. */
const CLOSING_MS = 300;

/**
 * What has taken away the text that was being filled. VS Code empties a document that was never saved before it closes it,
 * which an edit is not to be taken for.
 */
export async function lossCause(
  document: Pick<TextDocument, 'isUntitled' | 'isClosed' | 'getText'>,
): Promise<'edited' | 'closed'> {
  if (document.isUntitled && document.getText() === '') await sleep(CLOSING_MS);
  return document.isClosed ? 'closed' : 'edited';
}
