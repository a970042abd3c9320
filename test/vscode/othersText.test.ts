import { expect, test } from 'vitest';
import { inExtensionHost } from './harness/bridge';
import { openFile } from './harness/editor';
import { runCommand } from './harness/palette';
import * as unmask from './unmask';

/** What settings of a workspace say is others' text: it is shown, and does nothing. */

const workbench = unmask.useUnmask();

test('a setting of a workspace makes no link in a message', async () => {
  const marker = '[MASK](command:workbench.action.files.newUntitledFile)';
  await openFile(workbench, 'stack.ts');
  await inExtensionHost(
    workbench,
    (vscode, marker) =>
      vscode.workspace
        .getConfiguration('unmask')
        .update('holeMarker', marker, vscode.ConfigurationTarget.Workspace),
    marker,
  );
  await runCommand(workbench.page, 'Unmask: Fill All Holes in File');
  const message = unmask.notification(workbench.page, 'Write [MASK]');
  await message.getByRole('button', { name: 'Other Marker' }).waitFor();
  expect(await message.locator('.notification-list-item-message a').count()).toBe(0);
});
