type Listener = (event: unknown) => void;

const heard = new Map<string, Set<Listener>>();

const on = (name: string) => (listener: Listener) => {
  const listeners = heard.get(name) ?? new Set();
  heard.set(name, listeners.add(listener));
  return { dispose: () => listeners.delete(listener) };
};

/** What `vscode.workspace` tells of documents, as far as a place is followed by it. */
export const documentEvents = {
  onDidChangeTextDocument: on('change'),
  onDidCloseTextDocument: on('close'),
  onDidOpenTextDocument: on('open'),
  onDidSaveTextDocument: on('save'),
  onWillRenameFiles: on('willRename'),
  onDidRenameFiles: on('renamed'),
};

export function tell(
  name: 'change' | 'close' | 'open' | 'save' | 'willRename' | 'renamed',
  event: unknown,
): void {
  for (const listener of heard.get(name) ?? []) listener(event);
}

/** How many listen to each of those that anybody has listened to. */
export const listening = () => [...heard.values()].map(({ size }) => size);

export const forgetListeners = () => heard.clear();
