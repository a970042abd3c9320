import { Uri, window, workspace } from 'vscode';
import type { Trace } from '../diffusion/trace';

/** Writes a trace as JSON to a file the user picks (or to `target`). */
export async function saveTrace(trace: Trace, target?: Uri): Promise<void> {
  const file = target ?? (await askForFile());
  if (!file) return;
  const name = file.path.split('/').pop();
  try {
    await workspace.fs.writeFile(file, new TextEncoder().encode(`${JSON.stringify(trace)}\n`));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await window.showErrorMessage(`The trace could not be written to ${name}: ${reason}`);
    return;
  }
  const open = 'Open';
  if ((await window.showInformationMessage(`Trace written to ${name}.`, open)) === open) {
    await window.showTextDocument(file);
  }
}

function askForFile(): Thenable<Uri | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const name = 'unmask-trace.json';
  return window.showSaveDialog({
    title: 'Export Trace',
    defaultUri: folder ? Uri.joinPath(folder, name) : Uri.file(name),
    filters: { JSON: ['json'] },
  });
}
