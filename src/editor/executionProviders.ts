import { ConfigurationTarget, type QuickPickItem, window, workspace } from 'vscode';
import { type WantedProvider, wantedProviderSchema } from '../engine/protocol/messages';
import type { RunOwner } from './run/runOwner';
import type { ProviderChoices } from './settings/providerChoices';
import { onlyOn, providerNames } from './settings/providerNames';

const names: Readonly<Record<WantedProvider, string>> = {
  auto: 'Automatic: the fastest that gives right numbers, as measured here',
  ...providerNames,
};

/** Lets the user choose where the model runs; counts from the next run on. Who chooses `auto` has it measure anew. */
export async function selectExecutionProvider(
  owner: RunOwner,
  choices: ProviderChoices,
  chosen?: unknown,
): Promise<void> {
  const settings = workspace.getConfiguration('unmask');
  const present = settings.get<string>('executionProvider') ?? 'auto';
  const choice = wantedProviderSchema.safeParse(chosen).data ?? (await pick(owner, present));
  if (choice === 'auto') await choices.forget();
  if (choice === undefined || choice === present) return;
  await settings.update('executionProvider', choice, ConfigurationTarget.Global);
}

async function pick(owner: RunOwner, present: string): Promise<WantedProvider | undefined> {
  const items = wantedProviderSchema.options
    .filter((choice) => isShipped(choice))
    .map((choice): QuickPickItem & { choice: WantedProvider } => {
      const detail = whatHappened(owner, choice);
      return {
        choice,
        label: choice,
        // First, as what stands at the end is cut off where there is no room.
        description: (choice === present ? 'chosen · ' : '') + names[choice],
        ...(detail === undefined ? {} : { detail }),
      };
    });
  const picked = await window.showQuickPick(items, {
    title: 'Select Execution Provider',
    placeHolder: 'Where the model runs, from the next run on',
    matchOnDescription: true,
  });
  return picked?.choice;
}

/** Whether ONNX Runtime has it for this operating system. */
function isShipped(choice: WantedProvider): boolean {
  return choice === 'auto' || (onlyOn[choice] ?? process.platform) === process.platform;
}

/** What is known of an execution provider since the model was loaded. */
function whatHappened(owner: RunOwner, choice: WantedProvider): string | undefined {
  const { model } = owner;
  if (!model) return undefined;
  if (choice === model.executionProvider) return `In use (${model.precision})`;
  return model.fallbacks.find((each) => each.executionProvider === choice)?.sentence;
}
