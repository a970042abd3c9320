import { expect, test, vi } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };

vi.mock('vscode', () => ({}));
const { DenoisingPanel, linkedCommands } = await import('../../../src/panel/view');

test('the view and the commands that the panel links to are contributed', () => {
  const views = Object.values(manifest.contributes.views).flat();
  expect(views.map(({ id }) => id)).toContain(DenoisingPanel.viewId);
  const commands = manifest.contributes.commands.map(({ command }) => command);
  expect(commands).toEqual(expect.arrayContaining([...linkedCommands]));
});
