import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { inExtensionHost } from './harness/bridge';
import { openFile, placeCursor } from './harness/editor';
import { runCommand } from './harness/palette';
import { panelFrame } from './harness/panel';
import { useTheme } from './harness/screenshots';
import { useWorkbench } from './harness/useWorkbench';
import * as unmask from './unmask';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** What the walkthrough shows of the window. */
const parts = {
  editor: { x: 352, y: 350, width: 600, height: 400 },
  panel: { x: 48, y: 66, width: 300, height: 600 },
};

const workbench = useWorkbench({
  extension: { kind: 'development', folder: repository },
  workspace: `${repository}test/fixtures/demo`,
  viewport: { width: 1440, height: 900 },
  settings: { 'unmask.seed': 1 },
});

test('pictures of the editor and the panel, whole and in parts', { timeout: 180_000 }, async () => {
  const { page } = workbench;
  await openFile(workbench, 'inventory.ts');
  // Holes for a type, a name and an argument, denoised jointly; the cursor goes there first, so that they are in view.
  await placeCursor(workbench, { line: 50, column: 1 });
  await inExtensionHost(workbench, async (vscode) => {
    await vscode.window.activeTextEditor!.edit((edit) => {
      edit.replace(new vscode.Range(43, 11, 43, 17), '[MASK]');
      edit.replace(new vscode.Range(46, 15, 46, 19), '[MASK]');
      edit.replace(new vscode.Range(56, 19, 56, 28), '[MASK]');
    });
  });
  await unmask.startRun(workbench, 'Unmask: Fill All Holes in File');
  await unmask.phaseBecomes(workbench, 'finished');
  await runCommand(page, 'Unmask: Open Denoising Panel');
  await panelFrame(page).getByRole('slider').first().waitFor();
  await page.locator('.codelens-decoration', { hasText: 'Accept' }).waitFor();
  // VS Code says in the status bar that it activates extensions, and goes on to for some seconds.
  await page.waitForTimeout(5_000);
  for (const theme of ['dark', 'light'] as const) {
    await useTheme(workbench, theme);
    await runCommand(page, 'Notifications: Clear All Notifications');
    const path = `${repository}docs/images/editor-${theme}.png`;
    await page.screenshot({ path, animations: 'disabled' });
    for (const [part, clip] of Object.entries(parts))
      await page.screenshot({
        path: `${repository}media/${part}-${theme}.png`,
        animations: 'disabled',
        clip,
      });
  }
});
