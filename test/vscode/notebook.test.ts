import { afterEach, expect, test } from 'vitest';
import { inExtensionHost } from './harness/bridge';
import { closeEditors } from './harness/editor';
import { runCommand } from './harness/palette';
import * as unmask from './unmask';

const workbench = unmask.useUnmask();

afterEach(() => closeEditors(workbench));

/** Fills what a cell returns, in a notebook that defines before it, in code and in prose, what it reads, and uses it behind. */
async function fillCell(): Promise<void> {
  await unmask.configure(workbench, unmask.quickly);
  await inExtensionHost(workbench, async (vscode) => {
    const { Code, Markup } = vscode.NotebookCellKind;
    const data = new vscode.NotebookData([
      new vscode.NotebookCellData(Code, 'RATE = 0.2', 'python'),
      new vscode.NotebookCellData(Markup, 'What is owed:', 'markdown'),
      new vscode.NotebookCellData(Code, 'def f(a):\n    return a\n', 'python'),
      new vscode.NotebookCellData(Code, 'f(100)', 'python'),
    ]);
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', data);
    const selections = [new vscode.NotebookRange(2, 3)];
    await vscode.window.showNotebookDocument(notebook, { selections });
    await vscode.commands.executeCommand('notebook.cell.edit');
    const isCell = () => vscode.window.activeTextEditor?.document === notebook.cellAt(2).document;
    for (let patience = 100; !isCell() && patience > 0; patience--)
      await new Promise((resolve) => setTimeout(resolve, 50));
    vscode.window.activeTextEditor!.selection = new vscode.Selection(1, 11, 1, 12);
    await vscode.commands.executeCommand('unmask.infillSelection');
  });
  await unmask.candidateWaits(workbench);
}

test('a cell is filled by what the other cells of its language say', async () => {
  await fillCell();
  const { trace } = (await unmask.state(workbench))!;
  const { before, after } = trace!.header.excerpt;
  expect(before).toBe('RATE = 0.2\n\ndef f(a):\n    return ');
  expect(after).toBe('\n\n\nf(100)');
  const [fill] = await unmask.candidate(workbench);
  expect(fill).not.toBe('a');
  await runCommand(workbench.page, 'Unmask: Accept');
  await unmask.phaseBecomes(workbench, 'accepted');
  const texts = await inExtensionHost(workbench, (vscode) =>
    vscode.window.activeNotebookEditor!.notebook.getCells().map((cell) => cell.document.getText()),
  );
  expect(texts).toEqual([
    'RATE = 0.2',
    'What is owed:',
    `def f(a):\n    return ${fill}\n`,
    'f(100)',
  ]);
});

test('a cell and its candidate are compared in its language', async () => {
  await fillCell();
  await runCommand(workbench.page, 'Unmask: Compare Candidate');
  const compared = () =>
    inExtensionHost(workbench, (vscode) => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      if (!(input instanceof vscode.TabInputTextDiff)) return null;
      return [input.original, input.modified].map(
        (side) =>
          vscode.workspace.textDocuments.find(({ uri }) => String(uri) === String(side))
            ?.languageId,
      );
    });
  await expect.poll(compared).toEqual(['python', 'python']);
});
