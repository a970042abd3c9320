import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { inExtensionHost } from './harness/bridge';
import { at, edit, editorText, isDirty, select } from './harness/editor';
import { runCommand, saveAs } from './harness/palette';
import { infilled, pop, popAt, usePop, withPop } from './pop';
import * as unmask from './unmask';
import { files } from './workspace';

const workbench = unmask.useUnmask();
usePop(workbench);

test('closing the document of a candidate leaves it to be shown again, with the document', async () => {
  const fill = await infilled(workbench);
  await unmask.closeEditor(workbench);
  const told = unmask.notification(workbench.page, /was closed, so the candidate was discarded/);
  await told.getByRole('button', { name: 'Show It Again' }).click();
  await unmask.candidateWaits(workbench);
  await runCommand(workbench.page, 'Unmask: Accept');
  await unmask.phaseBecomes(workbench, 'accepted');
  expect(await editorText(workbench)).toBe(withPop(fill));
});

test('closing a document that was never saved is told as that, though VS Code empties it first', async () => {
  await inExtensionHost(workbench, async (vscode) => {
    await vscode.commands.executeCommand('notifications.clearAll');
    const document = await vscode.workspace.openTextDocument({ content: 'let a = 1;\n' });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 8, 0, 9);
  });
  await infilled(workbench);
  await unmask.closeEditor(workbench);
  const told = unmask.notification(workbench.page, /so the candidate was discarded/);
  await told.waitFor();
  expect(await told.textContent()).toContain('document being filled was closed');
});

test('renaming the file leaves the candidate in the document that it becomes', async () => {
  const fill = await infilled(workbench);
  const rename = (from: string, to: string) =>
    inExtensionHost(
      workbench,
      async (vscode, [from, to]) => {
        const folder = vscode.workspace.workspaceFolders![0]!.uri;
        const edit = new vscode.WorkspaceEdit();
        edit.renameFile(vscode.Uri.joinPath(folder, from!), vscode.Uri.joinPath(folder, to!));
        await vscode.workspace.applyEdit(edit);
      },
      [from, to],
    );
  await rename('stack.ts', 'pile.ts');
  await expect.poll(async () => (await unmask.state(workbench))?.place).toBe('pile.ts:9');
  await runCommand(workbench.page, 'Unmask: Accept');
  await unmask.phaseBecomes(workbench, 'accepted');
  expect(await editorText(workbench)).toBe(withPop(fill));
  await unmask.closeEditor(workbench);
  await rename('pile.ts', 'stack.ts');
});

test('saving an untitled document leaves its candidate in the file', async () => {
  await inExtensionHost(
    workbench,
    async (vscode, text) => {
      const folder = vscode.workspace.workspaceFolders![0]!.uri;
      const uri = vscode.Uri.joinPath(folder, 'fresh.ts').with({ scheme: 'untitled' });
      const editor = await vscode.window.showTextDocument(uri);
      await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), text));
      editor.selection = new vscode.Selection(8, 17, 8, 33);
    },
    files['stack.ts'],
  );
  const fill = await infilled(workbench);
  await runCommand(workbench.page, 'File: Save');
  await expect.poll(() => isDirty(workbench)).toBe(false);
  await runCommand(workbench.page, 'Unmask: Accept');
  await unmask.phaseBecomes(workbench, 'accepted');
  expect(await editorText(workbench)).toBe(withPop(fill));
});

test.each([
  ['as it is on disk', ''],
  ['changed since, also within the span', 'own.'],
])('saving the file, %s, under another name leaves its candidate there', async (_, typed) => {
  const { page, folders } = workbench;
  if (typed) await edit(workbench, [{ at: popAt + 5, removed: 0, text: typed }]);
  const text = await editorText(workbench);
  await select(workbench, pop.from, at(9, 34 + typed.length));
  const fill = await infilled(workbench);
  const name = typed ? 'changed.ts' : 'same.ts';
  await saveAs(page, path.join(folders.workspace, name));
  await expect.poll(async () => (await unmask.state(workbench))?.place).toBe(`${name}:9`);
  await unmask.candidateWaits(workbench);
  const comment = '// Above the span.\n';
  await edit(workbench, [{ at: 0, removed: 0, text: comment }]);
  await unmask.spanAction(page, 'Accept').click();
  await unmask.phaseBecomes(workbench, 'accepted');
  const filled = text.replace(`this.${typed}items.pop()`, () => fill);
  expect(await editorText(workbench)).toBe(comment + filled);
});

test.each([
  ['as it is on disk', ''],
  ['changed since', 'own.'],
])('saving the file, %s, over one that is open leaves its candidate there', async (_, typed) => {
  const { page, folders } = workbench;
  const name = typed ? 'overwritten.ts' : 'taken.ts';
  const file = path.join(folders.workspace, name);
  await writeFile(file, `export const name = '${name}';\n`);
  if (typed) await edit(workbench, [{ at: popAt + 5, removed: 0, text: typed }]);
  const text = await editorText(workbench);
  await inExtensionHost(
    workbench,
    async (vscode, [file, other, typed]) => {
      const stack = vscode.window.activeTextEditor!.document;
      for (const open of [file, other])
        await vscode.window.showTextDocument(vscode.Uri.file(open!), { preview: false });
      const editor = await vscode.window.showTextDocument(stack);
      editor.selection = new vscode.Selection(8, 17, 8, 33 + typed!.length);
    },
    [file, path.join(folders.workspace, 'wide.py'), typed],
  );
  const fill = await infilled(workbench);
  await saveAs(page, file);
  const dialog = page.locator('.quick-input-widget');
  await dialog.getByText('already exists').waitFor();
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect.poll(async () => (await unmask.state(workbench))?.place).toBe(`${name}:9`);
  await unmask.candidateWaits(workbench);
  await runCommand(page, 'Unmask: Accept');
  await unmask.phaseBecomes(workbench, 'accepted');
  const filled = text.replace(`this.${typed}items.pop()`, () => fill);
  expect(await editorText(workbench)).toBe(filled);
});

test('a file that is formatted as it is saved under another name has the candidate where its span has gone', async () => {
  const { page, folders } = workbench;
  const formatOnSave = (on: true | undefined) =>
    inExtensionHost(
      workbench,
      async (vscode, on) => {
        const settings = vscode.workspace.getConfiguration('editor');
        await settings.update('formatOnSave', on, vscode.ConfigurationTarget.Global);
      },
      on,
    );
  await inExtensionHost(workbench, (vscode) => {
    const { Position, TextEdit } = vscode;
    vscode.languages.registerDocumentFormattingEditProvider(
      { pattern: '**/formatted.ts' },
      {
        provideDocumentFormattingEdits: ({ lineCount, lineAt }) =>
          Array.from({ length: lineCount }, (_, line) => {
            const lead = lineAt(line).firstNonWhitespaceCharacterIndex;
            return TextEdit.insert(new Position(line, 0), ' '.repeat(lead));
          }),
      },
    );
  });
  await formatOnSave(true);
  const fill = await infilled(workbench);
  await saveAs(page, path.join(folders.workspace, 'formatted.ts'));
  await expect.poll(async () => (await unmask.state(workbench))?.place).toBe('formatted.ts:9');
  await formatOnSave(undefined);
  await unmask.candidateWaits(workbench);
  await unmask.spanAction(page, 'Accept').click();
  await unmask.phaseBecomes(workbench, 'accepted');
  const formatted = files['stack.ts'].replaceAll(/^ +/gm, '$&$&');
  expect(await editorText(workbench)).toBe(formatted.replace(pop.text, () => fill));
});
