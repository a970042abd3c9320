import { beforeEach, expect, test, vi } from 'vitest';
import type { RunOwner } from '../../../src/editor/run/runOwner';
import type { ProviderChoices } from '../../../src/editor/settings/providerChoices';

const vscode = vi.hoisted(() => ({
  settings: {} as Record<string, unknown>,
  update: vi.fn(),
  showQuickPick: vi.fn(),
}));
vi.mock('vscode', () => ({
  ConfigurationTarget: { Global: 1 },
  window: { showQuickPick: vscode.showQuickPick },
  workspace: {
    getConfiguration: () => ({
      get: (key: string) => vscode.settings[key],
      update: vscode.update,
    }),
  },
}));

const { selectExecutionProvider } = await import('../../../src/editor/executionProviders');

const choices = { forget: vi.fn() };
const select = (chosen: unknown) =>
  selectExecutionProvider(
    { model: null } as unknown as RunOwner,
    choices as unknown as ProviderChoices,
    chosen,
  );

beforeEach(() => {
  vi.clearAllMocks();
  vscode.settings = {};
});

test('an execution provider that is given is set without asking; anything else is asked for', async () => {
  await select('cpu');
  expect(vscode.update).toHaveBeenCalledWith('executionProvider', 'cpu', 1);
  expect(vscode.showQuickPick).not.toHaveBeenCalled();
  vscode.update.mockClear();
  for (const wrong of ['gpu', '', 3, undefined]) await select(wrong);
  expect(vscode.update).not.toHaveBeenCalled();
  expect(vscode.showQuickPick).toHaveBeenCalledTimes(4);
});

test('of those to choose from, the present one is said to be before anything else', async () => {
  vscode.settings = { executionProvider: 'cpu' };
  await select(undefined);
  const items: { label: string; description: string }[] = vscode.showQuickPick.mock.calls[0]![0];
  const chosen = items.filter(({ description }) => description.startsWith('chosen'));
  expect(chosen.map(({ label }) => label)).toEqual(['cpu']);
});

test('whoever chooses auto has it measure anew, also where it is chosen already', async () => {
  await select('auto');
  expect(choices.forget).toHaveBeenCalledOnce();
  expect(vscode.update).not.toHaveBeenCalled();
  await select('cpu');
  expect(choices.forget).toHaveBeenCalledOnce();
});
