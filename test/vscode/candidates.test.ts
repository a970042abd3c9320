import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { inExtensionHost } from './harness/bridge';
import { activeEditor, closeEditors } from './harness/editor';
import { runCommand } from './harness/palette';
import { panelFrame } from './harness/panel';
import { screenshot } from './harness/screenshots';
import { infilled, usePop, withPop } from './pop';
import * as unmask from './unmask';
import { files } from './workspace';

const workbench = unmask.useUnmask();
usePop(workbench);

test('keys go through the candidates, round and round', async () => {
  await unmask.configure(workbench, { 'search.candidates': 3 });
  await infilled(workbench);
  await unmask.configure(workbench, { 'search.candidates': 1 });
  const now = async () => (await unmask.state(workbench))!.runs;
  const { length } = (await now()).candidates;
  expect(length).toBeGreaterThan(1);
  await activeEditor(workbench.page).locator('.view-lines').first().waitFor();
  for (const [key, chosen] of [
    ['Alt+BracketRight', 1],
    ['Alt+BracketLeft', 0],
    ['Alt+BracketLeft', length - 1],
    ['Alt+BracketRight', 0],
  ] as const) {
    await workbench.page.keyboard.press(key);
    await expect.poll(async () => (await now()).chosen).toBe(chosen);
  }
  expect(await unmask.candidate(workbench)).toEqual((await now()).candidates[0]!.texts);
});

test('another candidate is shown with its own steps, which are what is exported', async () => {
  await unmask.configure(workbench, { 'search.candidates': 4 });
  await infilled(workbench);
  await unmask.configure(workbench, { 'search.candidates': 1 });
  await unmask.openPanel(workbench);
  const best = (await unmask.state(workbench))!;
  await panelFrame(workbench.page).locator('.candidates button').nth(1).click();
  await expect.poll(async () => (await unmask.state(workbench))?.runs.chosen).toBe(1);
  const { trace, runs } = (await unmask.state(workbench))!;
  expect(trace!.header.seed).not.toBe(best.trace!.header.seed);
  expect(trace!.outcome).toMatchObject({ texts: runs.candidates[1]!.texts });
  expect(await unmask.candidate(workbench)).toEqual(runs.candidates[1]!.texts);
  const file = `${workbench.folders.workspace}/second.json`;
  await unmask.exportTrace(workbench, file);
  await unmask.notification(workbench.page, 'Trace written to second.json').waitFor();
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(trace);
});

/** Of the editors that are visible, side by side. */
const visibleTexts = () =>
  inExtensionHost(workbench, (vscode) =>
    vscode.window.visibleTextEditors.map(({ document }) => document.getText()),
  );

/** Has the file filled and the candidate shown beside it; the text with the fill. */
async function compared(): Promise<string> {
  const filled = withPop(await infilled(workbench));
  await unmask.spanAction(workbench.page, 'Compare').click();
  await expect.poll(visibleTexts).toEqual([files['stack.ts'], filled]);
  return filled;
}

test('the candidate can be compared with the document', async () => {
  await compared();
  const infillAt = (line: number) =>
    inExtensionHost(
      workbench,
      async (vscode, { line, file }) => {
        const [folder] = vscode.workspace.workspaceFolders!;
        const uri = vscode.Uri.joinPath(folder!.uri, file);
        const beside = { viewColumn: vscode.ViewColumn.Beside };
        const editor = await vscode.window.showTextDocument(uri, beside);
        const { range } = editor.document.lineAt(line);
        editor.selection = new vscode.Selection(range.start, range.end);
        await vscode.commands.executeCommand('unmask.infillSelection');
      },
      { line, file: 'wide.py' },
    );
  // The comparison shows no other document's fill, and once its own is gone, no difference.
  await infillAt(1);
  await unmask.phaseBecomes(workbench, 'finished');
  await expect.poll(visibleTexts).toEqual([files['stack.ts'], files['stack.ts'], files['wide.py']]);
  await inExtensionHost(workbench, async (vscode) => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});

test('a candidate that changes nothing is compared at its span', async () => {
  await unmask.configure(workbench, unmask.quickly);
  const file = path.join(workbench.folders.workspace, 'long.ts');
  await writeFile(file, Array.from({ length: 300 }, (_, line) => `let line${line};\n`).join(''));
  await inExtensionHost(
    workbench,
    async (vscode, file) => {
      const editor = await vscode.window.showTextDocument(vscode.Uri.file(file));
      editor.selection = new vscode.Selection(200, 4, 200, 11);
      await vscode.commands.executeCommand('unmask.rewriteSelection', { strength: 0.01 });
    },
    file,
  );
  await unmask.candidateWaits(workbench);
  expect(await unmask.candidate(workbench)).toEqual(['line200']);
  await inExtensionHost(workbench, async (vscode) => {
    await vscode.commands.executeCommand('unmask.compare');
  });
  const spanInView = () =>
    inExtensionHost(workbench, (vscode) => {
      const { visibleRanges = [] } =
        vscode.window.visibleTextEditors.find(({ document }) =>
          document.uri.scheme.startsWith('unmask'),
        ) ?? {};
      return visibleRanges.some(({ start, end }) => start.line < 200 && 200 < end.line);
    });
  await expect.poll(spanInView).toBe(true);
  await inExtensionHost(workbench, async (vscode) => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  await rm(file);
});

test('the candidate can be accepted where it is compared', async () => {
  const filled = await compared();
  // Without a key: those of Accept and Reject do something else here.
  const action = (title: string) =>
    workbench.page.locator('.editor-actions').getByRole('button', { name: title, exact: true });
  await action('Reject This Candidate').waitFor();
  await action('Accept This Candidate').click();
  await unmask.phaseBecomes(workbench, 'accepted');
  await expect.poll(visibleTexts).toEqual([filled, filled]);
  await expect.poll(() => action('Accept This Candidate').count()).toBe(0);
  await inExtensionHost(workbench, async (vscode) => {
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });
});

test('what the comparison marks is not marked a second time, and an editor beside it is', async () => {
  const fill = await infilled(workbench);
  /** Whether a fill is drawn into the sides of a comparison, and into each of the other editors on the page. */
  const drawn = () =>
    workbench.page.evaluate(() => {
      const isDrawn = (editor: Element) =>
        [...editor.querySelectorAll('.view-line span')].some((element) =>
          ['::before', '::after'].some((place) =>
            getComputedStyle(element, place).content.startsWith('"'),
          ),
        );
      const editors = [...document.querySelectorAll('.editor-instance .monaco-editor')];
      const compared = editors.filter((editor) => editor.closest('.monaco-diff-editor') !== null);
      const others = editors.filter((editor) => !compared.includes(editor));
      return { compared: compared.some(isDrawn), others: others.map(isDrawn) };
    });
  await expect.poll(drawn).toEqual({ compared: false, others: [true] });
  await runCommand(workbench.page, 'View: Split Editor Right');
  await expect.poll(drawn).toEqual({ compared: false, others: [true, true] });
  await runCommand(workbench.page, 'Unmask: Compare Candidate');
  const filled = withPop(fill);
  await expect.poll(visibleTexts).toContain(filled);
  await expect.poll(drawn).toEqual({ compared: false, others: [true] });
  await screenshot(workbench, 'compared-beside', 'light');
  await inExtensionHost(workbench, async (vscode) => {
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });
  await expect.poll(drawn).toEqual({ compared: false, others: [true, true] });
  await inExtensionHost(workbench, async (vscode) => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});

/** Of the editors that are visible. */
const languagesShown = () =>
  inExtensionHost(workbench, (vscode) =>
    vscode.window.visibleTextEditors.map(({ document }) => document.languageId),
  );

test('a candidate is shown in the language of the code, which no file name tells', async () => {
  await inExtensionHost(workbench, async (vscode) => {
    const content = 'def f(a):\n    return a\n';
    const document = await vscode.workspace.openTextDocument({ content, language: 'python' });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(1, 11, 1, 12);
  });
  await infilled(workbench);
  await runCommand(workbench.page, 'Unmask: Compare Candidate');
  await expect.poll(languagesShown).toEqual(['python', 'python']);
  await runCommand(workbench.page, 'Unmask: Accept');
  await unmask.phaseBecomes(workbench, 'accepted');
  const [first, second] = await visibleTexts();
  await expect.poll(visibleTexts).toEqual([first, first]);
  expect(second).not.toBe('');
  expect(await languagesShown()).toEqual(['python', 'python']);
  await closeEditors(workbench);
});
