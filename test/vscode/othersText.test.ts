import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSayingModel } from '../sayingModel';
import { inExtensionHost } from './harness/bridge';
import { openFile, placeCursor, select, shownLines } from './harness/editor';
import { runCommand } from './harness/palette';
import * as unmask from './unmask';

/** What settings of a workspace, models and their fills say is others' text: it is shown, and does nothing. */

const workbench = unmask.useUnmask();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'unmask-saying-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Has `this.items.pop()` filled by a model that says a text; the fill. */
async function filledWith(text: string): Promise<string> {
  const modelFolder = await mkdtemp(path.join(folder, 'model-'));
  await writeSayingModel(modelFolder, text);
  await unmask.configure(workbench, { ...unmask.quickly, modelFolder, preset: 'LLaDA', slots: 1 });
  await openFile(workbench, 'stack.ts');
  await select(workbench, { line: 9, column: 18 }, { line: 9, column: 34 });
  const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
  return fill;
}

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

test('a fill is code in the hover, whatever is written in it', async () => {
  const fill = await filledWith(
    'a\n   ```\n![b](https://host.invalid/b.png) [c](command:unmask.accept)\n',
  );
  await placeCursor(workbench, { line: 9, column: 20 });
  await runCommand(workbench.page, 'Show or Focus Hover');
  const hover = workbench.page
    .locator('.monaco-hover .rendered-markdown')
    .filter({ hasText: 'Accept' });
  await hover.waitFor();
  expect(await hover.locator('img').count()).toBe(0);
  expect(await hover.locator('a').allTextContents()).toEqual([' Accept', ' Reject', ' Compare']);
  expect(
    (await hover.locator('[data-code]').innerText())
      .split('\n')
      .map((line) => line.replaceAll('\u00a0', ' ')),
  ).toEqual(fill.split('\n'));
});

test('a fill is text beside the code, and all of it is drawn', async () => {
  const asked: string[] = [];
  workbench.page.on('request', (request) => asked.push(request.url()));
  const fill = await filledWith('a\f;content:url(https://host.invalid/b.png);x:\u2028b\u202ec');
  const drawn = fill.replace('\f', '␌').replaceAll(/[\u2028\u202e]/g, '�');
  await expect.poll(async () => (await shownLines(workbench.page)).join('\n')).toContain(drawn);
  expect(asked.filter((url) => url.includes('host.invalid'))).toEqual([]);
});
