import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json';
import { presetNamed } from '../../src/diffusion/settings/presets';
import { tinyAdaptedModel } from '../tinyModels';
import { inExtensionHost } from './harness/bridge';
import { activeEditor } from './harness/editor';
import { offeredCommands, pick, runCommand } from './harness/palette';
import { expectUntouched, infilled, usePop } from './pop';
import * as unmask from './unmask';

const workbench = unmask.useUnmask();
usePop(workbench);

test('every declared command is registered', async () => {
  const registered = await inExtensionHost(workbench, async (vscode) => {
    await vscode.extensions.getExtension('unmask.unmask')?.activate();
    return vscode.commands.getCommands(true);
  });
  const declared = packageJson.contributes.commands.map(({ command }) => command);
  expect(declared.filter((command) => !registered.includes(command))).toEqual([]);
});

test('the palette offers what can be done now', async () => {
  await infilled(workbench);
  expect(await offeredCommands(workbench.page, 'Unmask: Accept')).toContain('Unmask: Accept');
  await runCommand(workbench.page, 'Unmask: Reject');
  await unmask.phaseBecomes(workbench, 'rejected');
  await expect
    .poll(() => offeredCommands(workbench.page, 'Unmask: Accept'))
    .not.toContain('Unmask: Accept');
});

test('no key of ours is one VS Code uses', async () => {
  const { text, chords } = await inExtensionHost(
    workbench,
    async (vscode, keybindings) => {
      await vscode.commands.executeCommand('workbench.action.openDefaultKeybindingsFile');
      const found = vscode.window.activeTextEditor?.document.getText() ?? '';
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      return { text: found, chords: keybindings };
    },
    packageJson.contributes.keybindings.map(({ key }) => key).filter((key) => key.includes(' ')),
  );
  const bindings = [...text.matchAll(/"key": "([^"]*)",\s*"command": "([^"]*)"/g)];
  expect(bindings.length).toBeGreaterThan(500);
  const taken = bindings.filter(
    ([, key = '', command = '']) => chords.includes(key) && !command.startsWith('unmask.'),
  );
  expect(taken.map(([binding]) => binding)).toEqual([]);
});

test('the editor’s context menu has a submenu', async () => {
  const { page } = workbench;
  await activeEditor(page)
    .locator('.view-line', { hasText: 'this.items.pop' })
    .click({ button: 'right' });
  const menu = page.locator('.monaco-menu');
  await menu.getByRole('menuitem', { name: 'Unmask' }).hover();
  await menu
    .getByRole('menuitem', { name: /Infill/ })
    .first()
    .waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
});

describe('the status item', () => {
  test('names the model and where it runs, and opens the menu', async () => {
    const { page } = workbench;
    await infilled(workbench);
    await runCommand(page, 'Unmask: Reject');
    await expect.poll(() => unmask.statusText(page)).toContain('unmask-tiny · cpu');
    await page.locator('[id="unmask.unmask.unmask.status"]').click();
    await pick(page, 'Run Again');
    await unmask.candidateWaits(workbench);
  });
});

test('an execution provider can be selected, and counts from the next run on', async () => {
  await infilled(workbench);
  // Ships for Windows alone.
  await unmask.configure(workbench, { executionProvider: 'dml' });
  await unmask.startRun(workbench, 'Unmask: Infill Selection');
  await unmask
    .notification(workbench.page, /dml was not used: .* The model runs on cpu\./)
    .waitFor();
  await unmask.configure(workbench, { executionProvider: 'auto' });
  await runCommand(workbench.page, 'Unmask: Select Execution Provider');
  await pick(workbench.page, /^cpu/);
  const setting = () =>
    inExtensionHost(workbench, (vscode) =>
      vscode.workspace.getConfiguration('unmask').get('executionProvider'),
    );
  await expect.poll(setting).toBe('cpu');
  await unmask.startRun(workbench, 'Unmask: Infill Selection');
  await unmask.candidateWaits(workbench);
  expect((await unmask.state(workbench))?.model?.executionProvider).toBe('cpu');
});

test('another model is chosen by its folder, which must hold one, and the bundled one from the list', async () => {
  const folder = () =>
    inExtensionHost(workbench, (vscode) =>
      vscode.workspace.getConfiguration('unmask').get<string>('modelFolder'),
    );
  const select = (folder: string) =>
    inExtensionHost(
      workbench,
      (vscode, folder) => void vscode.commands.executeCommand('unmask.selectModel', folder),
      folder,
    );
  await infilled(workbench);
  const before = await folder();
  await workbench.page.keyboard.press('Escape');
  const status = workbench.page.locator('.statusbar-item', { hasText: /unmask/i });
  await expect.poll(() => status.textContent()).toContain('unmask-');
  await select(workbench.folders.workspace);
  await unmask.notification(workbench.page, /is not a model folder/).waitFor();
  expect(await folder()).toBe(before);
  await select(tinyAdaptedModel);
  await expect.poll(folder).toBe(tinyAdaptedModel);
  // Which one runs have is known when one has loaded it.
  await expect.poll(() => status.textContent()).not.toContain('unmask-');
  await runCommand(workbench.page, 'Unmask: Select Model');
  await pick(workbench.page, /^unmask-135m/);
  await expect.poll(folder).toBe('');
  await unmask.configure(workbench, { modelFolder: before });
});

test('a model that is not there is refused, with the folder in the message', async () => {
  await unmask.configure(workbench, { ...unmask.quickly, modelFolder: '/nowhere/model' });
  await unmask.startRun(workbench, 'Unmask: Infill Selection');
  await unmask.phaseBecomes(workbench, 'failed');
  const message = unmask.notification(workbench.page, '/nowhere/model');
  await message.waitFor();
  await expectUntouched(workbench);
  expect(await message.textContent()).toContain('unmask.modelFolder');
  expect((await unmask.state(workbench))?.model).toBeNull();
  await message.getByRole('button', { name: 'Select Model' }).click();
  await pick(workbench.page, /^unmask-135m/);
  const folder = () =>
    inExtensionHost(workbench, (vscode) =>
      vscode.workspace.getConfiguration('unmask').get('modelFolder'),
    );
  await expect.poll(folder).toBe('');
});

test('settings out of range are reported and left out of account', async () => {
  await unmask.configure(workbench, { ...unmask.quickly, steps: 5000 });
  await unmask
    .notification(workbench.page, /steps must be a whole number from 1 to 1024/)
    .waitFor();
  await unmask.startRun(workbench, 'Unmask: Infill Selection');
  await unmask.candidateWaits(workbench);
  const { steps } = presetNamed(unmask.quickly.preset)!.sampler;
  expect((await unmask.state(workbench))?.trace?.header.sampler.steps).toBe(steps);
  await unmask.configure(workbench, unmask.quickly);
});

test('the benchmark is shown as it is read, without the bars of those who work on Unmask', async () => {
  await unmask.configure(workbench, unmask.quickly);
  await runCommand(workbench.page, 'Unmask: Benchmark This Machine');
  const tab = workbench.page.getByRole('tab', { name: /Unmask benchmark 1\.md/ });
  await tab.waitFor({ timeout: 120_000 });
  const headings = async () => {
    const all = workbench.page.frames().map((frame) => frame.locator('h1, h2').allTextContents());
    return (await Promise.all(all.map((each) => each.catch(() => [])))).flat().join();
  };
  await expect.poll(headings).toMatch(/ on this machine,Ratios,Fills, in milliseconds,Steps/);
}, 150_000);

test('the log says what happened', async () => {
  await infilled(workbench);
  await runCommand(workbench.page, 'Unmask: Show Log');
  const output = workbench.page.locator('.output-view-content, .part.panel');
  await expect.poll(() => output.first().textContent()).toMatch(/engine\sprocess\sstarted/);
  await expect.poll(() => output.first().textContent()).toMatch(/Loaded\s\S+\s\S+\son\scpu\s\(/);
  await runCommand(workbench.page, 'View: Hide Panel');
});
