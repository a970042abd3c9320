import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { commands, ProgressLocation, Uri, window, workspace } from 'vscode';
import { readTrace, TraceError } from '../diffusion/trace/readTrace';
import type { Trace } from '../diffusion/trace/trace';
import { showError, showInformation } from './status/message';
import { messageOf } from './status/messageOf';

/**
 * Writes a trace as JSON to a file the user picks (or to `target`).
 *
 * @param of the document that was filled; its workspace folder is proposed, or where there is no workspace, its own
 */
export async function saveTrace(trace: Trace, of: Uri | undefined, target?: Uri): Promise<void> {
  const file = target ?? (await askForFile(of));
  if (!file) return;
  const name = nameOf(file);
  try {
    await workspace.fs.writeFile(file, new TextEncoder().encode(`${JSON.stringify(trace)}\n`));
  } catch (error) {
    await showError(
      `The trace could not be written to ${name} (${messageOf(error)}). Export it once more, to another folder.`,
    );
    return;
  }
  const open = 'Open';
  if ((await showInformation(`Trace written to ${name}.`, open)) === open) {
    // Extensions may not open a file of more than 50 MB, as the trace of a long run may be.
    await commands.executeCommand('vscode.open', file);
  }
}

export interface LoadedTrace {
  /** Of its file. */
  readonly name: string;
  /** Of what is in the file. */
  readonly digest: string;
  readonly trace: Trace;
}

/**
 * Reads a trace from a file the user picks (or from `source`) and has it shown, with a sign of progress until it is: a large
 * one takes seconds. Tells of one that cannot be read.
 *
 * @param near as `of` above
 * @param show resolves once it is shown
 */
export async function loadTrace(
  near: Uri | undefined,
  source: Uri | undefined,
  show: (loaded: LoadedTrace) => Promise<void>,
): Promise<void> {
  const [file] = source ? [source] : ((await askForTrace(near)) ?? []);
  if (!file) return;
  const title = `Opening ${nameOf(file)}…`;
  await window.withProgress({ location: ProgressLocation.Window, title }, async () => {
    const loaded = await read(file);
    if (loaded) await show(loaded);
  });
}

async function read(file: Uri): Promise<LoadedTrace | undefined> {
  const name = nameOf(file);
  try {
    const bytes = await workspace.fs.readFile(file);
    const trace = readTrace(new TextDecoder().decode(bytes));
    return { name, digest: createHash('sha256').update(bytes).digest('hex'), trace };
  } catch (error) {
    void showError(
      error instanceof TraceError
        ? `${name} is not a trace of this version of Unmask (${error.message}). Choose a file that Export Trace wrote, or --trace in the terminal.`
        : `The trace ${name} could not be read (${messageOf(error)}). Open it once more from where it is now.`,
    );
  }
  return undefined;
}

const json = { JSON: ['json'] };

function askForFile(of: Uri | undefined): Thenable<Uri | undefined> {
  return window.showSaveDialog({
    title: 'Export Trace',
    defaultUri: Uri.joinPath(folderFor(of), 'unmask-trace.json'),
    filters: json,
  });
}

function askForTrace(near: Uri | undefined): Thenable<Uri[] | undefined> {
  return window.showOpenDialog({
    title: 'Open Trace',
    openLabel: 'Open Trace',
    defaultUri: folderFor(near),
    filters: json,
  });
}

function folderFor(of: Uri | undefined): Uri {
  const beside = of?.scheme === 'file' ? Uri.joinPath(of, '..') : Uri.file(homedir());
  const own = of && workspace.getWorkspaceFolder(of);
  return (own ?? workspace.workspaceFolders?.[0])?.uri ?? beside;
}

const nameOf = ({ path }: Uri) => path.split('/').pop() ?? path;
