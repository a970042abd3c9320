import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Trace } from '../../src/diffusion/trace/trace';
import { inExtensionHost } from './harness/bridge';
import {
  at,
  closeEditors,
  contextKeysReach,
  editorText,
  openFile,
  select,
  setText,
} from './harness/editor';
import { runCommand } from './harness/palette';
import { panelFrame } from './harness/panel';
import { infilled, usePop, withPop } from './pop';
import * as unmask from './unmask';

const workbench = unmask.useUnmask();
usePop(workbench);

describe('a candidate that waits where a run is started elsewhere', () => {
  afterEach(async () => {
    await inExtensionHost(workbench, async (vscode) => {
      await vscode.commands.executeCommand('unmask.stop');
      await vscode.commands.executeCommand('notifications.clearAll');
    });
    await closeEditors(workbench);
  });

  test('gives way, which is said, and is shown again where it is by then', async () => {
    const fill = await infilled(workbench);
    await openFile(workbench, 'wide.py');
    await select(workbench, at(2, 13), at(2, 20));
    await runCommand(workbench.page, 'Unmask: Infill Selection');
    await expect.poll(async () => (await unmask.state(workbench))?.place).toBe('wide.py:2');
    await unmask.candidateWaits(workbench);
    const other = await unmask.candidate(workbench);
    await inExtensionHost(workbench, async (vscode) => {
      const stack = vscode.workspace.textDocuments.find(({ uri }) => uri.path.endsWith('stack.ts'));
      const edit = new vscode.WorkspaceEdit();
      edit.insert(stack!.uri, new vscode.Position(0, 0), '// edited meanwhile\n');
      await vscode.workspace.applyEdit(edit);
    });

    const message = unmask.notification(workbench.page, 'The candidate for stack.ts:9 gives way');
    await message.getByRole('button', { name: 'Show It Again' }).click();
    await expect.poll(async () => (await unmask.state(workbench))?.place).toBe('stack.ts:10');
    expect(await unmask.candidate(workbench)).toEqual([fill]);
    // It is in another editor than the last: the keys are those of the one that has the focus by then.
    await expect.poll(() => editorText(workbench)).toContain('// edited meanwhile');
    await contextKeysReach(workbench);
    await workbench.page.keyboard.press('Tab');
    await unmask.phaseBecomes(workbench, 'accepted');
    const accepted = withPop(fill);
    expect(await editorText(workbench)).toBe(`// edited meanwhile\n${accepted}`);

    // As is the other one, which had to give way in turn.
    const turn = unmask.notification(workbench.page, 'The candidate for wide.py:2 gives way');
    await turn.getByRole('button', { name: 'Show It Again' }).click();
    await unmask.phaseBecomes(workbench, 'finished');
    expect(await unmask.candidate(workbench)).toEqual(other);
  });

  test('is shown in place of a run that is still on its way, and not where its text was edited', async () => {
    const fill = await infilled(workbench);
    await openFile(workbench, 'wide.py');
    await select(workbench, at(2, 13), at(2, 20));
    await startOver();
    const message = unmask.notification(workbench.page, 'The candidate for stack.ts:9 gives way');
    await message.getByRole('button', { name: 'Show It Again' }).click();
    await expect.poll(async () => (await unmask.state(workbench))?.place).toBe('stack.ts:9');
    expect(await unmask.candidate(workbench)).toEqual([fill]);

    await openFile(workbench, 'wide.py');
    await startOver();
    await inExtensionHost(workbench, async (vscode) => {
      // Not from the palette, which does not offer it where the run was quick.
      await vscode.commands.executeCommand('unmask.stop');
      const stack = vscode.workspace.textDocuments.find(({ uri }) => uri.path.endsWith('stack.ts'));
      const edit = new vscode.WorkspaceEdit();
      edit.replace(stack!.uri, new vscode.Range(8, 17, 8, 33), 'nothing');
      await vscode.workspace.applyEdit(edit);
    });
    await message.getByRole('button', { name: 'Show It Again' }).click();
    await unmask.notification(workbench.page, 'cannot be shown again').waitFor();
    expect((await unmask.state(workbench))?.place).toBe('wide.py:2');
  });

  /** Starts a long run without rejecting the candidate before. */
  async function startOver(): Promise<void> {
    await unmask.configure(workbench, unmask.slowly);
    await runCommand(workbench.page, 'Unmask: Infill Selection');
    await unmask.haltedAfter(workbench, 1, async () => {});
  }
});

test('one whose trace was exported waits all the same while that is looked at, opened beside the runs', async () => {
  await infilled(workbench);
  const file = `${workbench.folders.workspace}/trace.json`;
  await unmask.exportTrace(workbench, file);
  await unmask.notification(workbench.page, 'Trace written to trace.json').waitFor();
  const exported: Trace = JSON.parse(await readFile(file, 'utf8'));
  const own = (await unmask.state(workbench))!;
  expect(exported).toEqual(own.trace);
  expect(exported.outcome?.kind).toBe('finished');

  const open = () =>
    inExtensionHost(
      workbench,
      async (vscode, file) => {
        await vscode.commands.executeCommand('unmask.openTrace', vscode.Uri.file(file));
      },
      file,
    );
  await open();
  const opened = (await unmask.state(workbench))!;
  expect(opened.phase).toEqual({ kind: 'opened', file: 'trace.json' });
  expect(opened.trace).toEqual(exported);
  const panel = panelFrame(workbench.page);
  expect(await panel.locator('h1').textContent()).toBe('trace.json');
  await panel.locator('.slot').first().click();
  await panel.locator('.considered, .inspector').first().waitFor();
  expect(await panel.locator('.branch, .slot-actions').count()).toBe(0);
  await panel.locator('.run-name', { hasText: 'Run 1' }).click();
  await unmask.candidateWaits(workbench);
  expect((await unmask.state(workbench))?.runs.shown).toBe(own.runs.shown);
  await open();
  const again = (await unmask.state(workbench))!;
  expect(again.phase).toEqual(opened.phase);
  expect(again.runs.list).toEqual(opened.runs.list);

  // The candidate waits all the same.
  const status = () => unmask.statusText(workbench.page);
  await expect.poll(status).toContain('candidate waits');
  await setText(workbench, withPop('this.items.shift()'));
  await unmask.notification(workbench.page, /edited, so the candidate was discarded/).waitFor();
  expect(await unmask.phase(workbench)).toBe('opened');
  await expect.poll(status).not.toContain('candidate waits');
  await panel.getByRole('button', { name: 'Remove run 2 from the list' }).click();
  await unmask.phaseBecomes(workbench, 'outdated');
  expect((await unmask.state(workbench))?.runs.list).toHaveLength(1);
  await runCommand(workbench.page, 'File: Revert File');
});

test('a preview that is filled keeps its tab, whatever is looked at meanwhile', async () => {
  await unmask.configure(workbench, unmask.quickly);
  const tabs = await inExtensionHost(workbench, async (vscode) => {
    const [folder] = vscode.workspace.workspaceFolders!;
    const look = (file: string) =>
      vscode.window.showTextDocument(vscode.Uri.joinPath(folder!.uri, file), { preview: true });
    const editor = await look('wide.py');
    const { range } = editor.document.lineAt(1);
    editor.selection = new vscode.Selection(range.start, range.end);
    await vscode.commands.executeCommand('unmask.infillSelection');
    await look('crlf.ts');
    return vscode.window.tabGroups.all.flatMap((group) => group.tabs).map(({ label }) => label);
  });
  expect(tabs).toContain('wide.py');
  await unmask.phaseBecomes(workbench, 'finished');
});
