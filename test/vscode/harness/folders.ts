import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bridge = fileURLToPath(new URL('bridgeExtension', import.meta.url));

/** The folders that one run of VS Code keeps to itself. */
export interface RunFolders {
  readonly root: string;
  readonly userData: string;
  readonly extensions: string;
  /** A copy, so that no test can change a fixture. */
  readonly workspace: string;
  /** Where the bridge extension listens. */
  readonly bridgeSocket: string;
  remove(): Promise<void>;
}

/** Settings under which nothing but the extension under test asks for attention, time or the network. */
const quietSettings = {
  'chat.commandCenter.enabled': false,
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.menuBarVisibility': 'compact',
  'workbench.enableExperiments': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * Makes fresh folders for a run.
 *
 * @param workspace a folder to copy
 * @param settings user settings on top of quiet defaults
 */
export async function createRunFolders(
  workspace: string,
  settings: Record<string, unknown>,
): Promise<RunFolders> {
  const root = await mkdtemp(path.join(tmpdir(), 'unmask-vscode-'));
  const folders: RunFolders = {
    root,
    userData: path.join(root, 'user-data'),
    extensions: path.join(root, 'extensions'),
    workspace: path.join(root, path.basename(workspace)),
    bridgeSocket: path.join(root, 'bridge.sock'),
    // Processes that are still ending may write once more.
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  };
  await mkdir(path.join(folders.userData, 'User'), { recursive: true });
  await writeFile(
    path.join(folders.userData, 'User/settings.json'),
    JSON.stringify({ ...quietSettings, ...settings }, undefined, 2),
  );
  await mkdir(folders.extensions);
  await cp(workspace, folders.workspace, { recursive: true });
  return folders;
}

/** Adds the extension that serves `inExtensionHost`; VS Code finds it at its first start in these folders. */
export async function installBridge(folders: RunFolders): Promise<void> {
  const folder = path.join(folders.extensions, 'unmask.unmask-test-bridge-0.0.0');
  await cp(bridge, folder, { recursive: true });
}
