import { homedir } from 'node:os';
import { commands, Uri, window, workspace } from 'vscode';
import type { Trace } from '../diffusion/trace';
import { messageOf } from './messageOf';

/**
 * Writes a trace as JSON to a file the user picks (or to `target`).
 *
 * @param of the document that was filled; its workspace folder is proposed, or where there is no workspace, its own
 */
export async function saveTrace(trace: Trace, of: Uri | undefined, target?: Uri): Promise<void> {
  const file = target ?? (await askForFile(of));
  if (!file) return;
  const name = file.path.split('/').pop();
  try {
    await workspace.fs.writeFile(file, new TextEncoder().encode(`${JSON.stringify(trace)}\n`));
  } catch (error) {
    await window.showErrorMessage(
      `The trace could not be written to ${name} (${messageOf(error)}). Export it once more, to another folder.`,
    );
    return;
  }
  const open = 'Open';
  if ((await window.showInformationMessage(`Trace written to ${name}.`, open)) === open) {
    // Extensions may not open a file of more than 50 MB, as the trace of a long run may be.
    await commands.executeCommand('vscode.open', file);
  }
}

function askForFile(of: Uri | undefined): Thenable<Uri | undefined> {
  const beside = of?.scheme === 'file' ? Uri.joinPath(of, '..') : Uri.file(homedir());
  const own = of && workspace.getWorkspaceFolder(of);
  const folder = (own ?? workspace.workspaceFolders?.[0])?.uri ?? beside;
  const name = 'unmask-trace.json';
  return window.showSaveDialog({
    title: 'Export Trace',
    defaultUri: Uri.joinPath(folder, name),
    filters: { JSON: ['json'] },
  });
}
