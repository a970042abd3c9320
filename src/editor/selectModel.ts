import { ConfigurationTarget, type QuickPickItem, Uri, window, workspace } from 'vscode';
import type { SamplerSettings } from '../diffusion/settings/sampler';
import { type ModelManifest, readModelFolder } from '../models';
import type { Settings } from './settings/settings';
import { showError, showInformation } from './status/message';
import { messageOf } from './status/messageOf';

interface ModelItem extends QuickPickItem {
  /** Absent where the user is asked for it. */
  readonly folder?: string;
}

/** For models trained to fill in any order, which have no drafts to confirm. */
const ANY_ORDER = 'Fast-dLLM';

/**
 * Lets the user choose which model fills, the bundled one or that of a folder; counts from the next run on. Where the sampler
 * would have it fill one slot after another, another preset is offered.
 *
 * @param sampler of the next run
 * @param chosen a folder, where it is not to be asked for; that of the bundled model is none
 */
export async function selectModel(
  settings: Settings,
  sampler: SamplerSettings,
  chosen?: unknown,
): Promise<void> {
  const folder = typeof chosen === 'string' ? chosen : await pick(settings);
  if (folder === undefined) return;
  let manifest: ModelManifest;
  try {
    ({ manifest } = await readModelFolder(folder || settings.bundledModel));
  } catch (error) {
    await showError(messageOf(error));
    return;
  }
  await set('modelFolder', folder || undefined);
  if (manifest.family !== 'masked-lm' || sampler.parallel.rule !== 'speculative') return;
  const use = `Use ${ANY_ORDER}`;
  const answer = await showInformation(
    `${manifest.name} cannot confirm drafts, so that the present sampler has it reveal one slot a step, from the left. ` +
      `${ANY_ORDER} reveals whatever the model is sure of.`,
    use,
  );
  if (answer === use) await set('preset', ANY_ORDER);
}

const set = (setting: string, value: string | undefined) =>
  workspace.getConfiguration('unmask').update(setting, value, ConfigurationTarget.Global);

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
