import { homedir } from 'node:os';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ProviderChoices } from '../../../../src/editor/settings/providerChoices';

const values: Record<string, unknown> = vi.hoisted(() => ({}));
vi.mock('vscode', () => ({
  workspace: { getConfiguration: () => ({ get: (key: string) => values[key] }) },
}));
const { Settings } = await import('../../../../src/editor/settings/settings');

const settings = new Settings('/extension/models/bundled', {} as ProviderChoices);

test.each([
  ['~/models/own', `${homedir()}/models/own`],
  ['~', homedir()],
  ['  /models/~/own ', '/models/~/own'],
  ['~other/own', '~other/own'],
  ['', undefined],
])('a folder given as “%s” is %s', (given, folder) => {
  values.modelFolder = given;
  values.cudaLibraryFolder = given;
  expect(settings.modelFolder()).toBe(folder);
  expect(settings.cudaLibraryFolder()).toBe(folder);
  expect(settings.loadModel().folder).toBe(folder ?? '/extension/models/bundled');
});

test('an execution provider that there is not is reported, and left out of account', () => {
  expect(settings.problem()).toBeNull();
  values.executionProvider = 'gpu';
  onTestFinished(() => void delete values.executionProvider);
  expect(settings.problem()).toMatch(/^unmask\.executionProvider must be one of auto, cpu, /);
  expect(settings.loadModel().executionProvider).toBe('auto');
});
