import { ConfigurationTarget, type QuickPickItem, Uri, window, workspace } from 'vscode';
import { readModelFolder } from '../models';
import type { Settings } from './settings/settings';
import { messageOf } from './status/messageOf';

interface ModelItem extends QuickPickItem {
  /** Absent where the user is asked for it. */
  readonly folder?: string;
}

/**
 * Lets the user choose which model fills, the bundled one or that of a folder; counts from the next run on.
 *
 * @param chosen a folder, where it is not to be asked for; that of the bundled model is none
 */
export async function selectModel(settings: Settings, chosen?: unknown): Promise<void> {
  const folder = typeof chosen === 'string' ? chosen : await pick(settings);
  if (folder === undefined) return;
  if (folder !== '') {
    try {
      await readModelFolder(folder);
    } catch (error) {
      await window.showErrorMessage(messageOf(error));
      return;
    }
  }
  await workspace
    .getConfiguration('unmask')
    .update('modelFolder', folder || undefined, ConfigurationTarget.Global);
}

async function pick(settings: Settings): Promise<string | undefined> {
  const present = settings.modelFolder();
  const items: ModelItem[] = [
    { ...(await described(settings.bundledModel, present === undefined)), folder: '' },
    ...(present === undefined ? [] : [{ ...(await described(present, true)), folder: present }]),
    { label: '$(folder-opened) Another Folder…', detail: 'A folder that holds model.json' },
  ];
  const picked = await window.showQuickPick(items, {
    title: 'Select Model',
    placeHolder: 'Which model fills, from the next run on',
    matchOnDetail: true,
  });
  if (picked === undefined || picked.folder !== undefined) return picked?.folder;
  const [folder] =
    (await window.showOpenDialog({
      title: 'Select the Folder of a Model',
      openLabel: 'Select Model',
      canSelectFolders: true,
      canSelectFiles: false,
      ...(present !== undefined && { defaultUri: Uri.file(present) }),
    })) ?? [];
  return folder?.fsPath;
}

async function described(folder: string, isChosen: boolean): Promise<QuickPickItem> {
  const description = isChosen ? 'chosen' : '';
  try {
    const { name, version, description: detail } = (await readModelFolder(folder)).manifest;
    return { label: `${name} ${version}`, description, detail };
  } catch (error) {
    return { label: folder, description, detail: messageOf(error) };
  }
}
