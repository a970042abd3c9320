import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import packageJson from '../../package.json';
import { presetNamed } from '../../src/diffusion/settings/presets';
import type { Trace } from '../../src/diffusion/trace/trace';
import { tinyAdaptedModel } from '../tinyModels';
import { inExtensionHost } from './harness/bridge';
import { activeEditor, editorText, openFile, placeCursor, select } from './harness/editor';
import { offeredCommands, pick, runCommand } from './harness/palette';
import { panelFrame } from './harness/panel';
import { screenshot } from './harness/screenshots';
import * as unmask from './unmask';
import { files } from './workspace';

const workbench = unmask.useUnmask();

beforeEach(async () => {
  await unmask.closeEditor(workbench);
  await openFile(workbench, 'stack.ts');
  await select(workbench, { line: 9, column: 18 }, { line: 9, column: 34 });
});

async function infill(): Promise<void> {
  await unmask.configure(workbench, unmask.quickly);
  await unmask.startRun(workbench, 'Unmask: Infill Selection');
  await unmask.candidateWaits(workbench);
}

test('every declared command is registered', async () => {
  const registered = await inExtensionHost(workbench, async (vscode) => {
    await vscode.extensions.getExtension('unmask.unmask')?.activate();
    return vscode.commands.getCommands(true);
  });
  const declared = packageJson.contributes.commands.map(({ command }) => command);
  expect(declared.filter((command) => !registered.includes(command))).toEqual([]);
});

test('the palette offers what can be done now', async () => {
  await infill();
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
    await infill();
    await runCommand(page, 'Unmask: Reject');
    await expect.poll(() => unmask.statusText(page)).toContain('unmask-tiny · cpu');
    await page.locator('[id="unmask.unmask.unmask.status"]').click();
    await pick(page, 'Run Again');
    await unmask.candidateWaits(workbench);
  });
});

test('an execution provider can be selected, and counts from the next run on', async () => {
  await infill();
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

async function exportTrace(file: string): Promise<void> {
  await inExtensionHost(
    workbench,
    (vscode, target) => {
      void vscode.commands.executeCommand('unmask.exportTrace', vscode.Uri.file(target));
    },
    file,
  );
}

test('the trace can be exported, and opened again beside the runs', async () => {
  await infill();
  const file = `${workbench.folders.workspace}/trace.json`;
  await exportTrace(file);
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
  await setText(files['stack.ts'].replace('this.items.pop()', 'this.items.shift()'));
  await unmask.notification(workbench.page, /edited, so the candidate was discarded/).waitFor();
  expect(await unmask.phase(workbench)).toBe('opened');
  await expect.poll(status).not.toContain('candidate waits');
  await panel.getByRole('button', { name: 'Remove run 2 from the list' }).click();
  await unmask.phaseBecomes(workbench, 'outdated');
  expect((await unmask.state(workbench))?.runs.list).toHaveLength(1);
  await runCommand(workbench.page, 'File: Revert File');
});

test('all holes of the file are filled together, and accepted with Tab', async () => {
  const marked = files['stack.ts']
    .replace('this.items.push(item)', '[MASK]')
    .replace('this.items.pop()', '[MASK]');
  await setText(marked);
  await unmask.configure(workbench, unmask.quickly);
  const [push, pop] = await unmask.filled(workbench, 'Unmask: Fill All Holes in File');
  await workbench.page.keyboard.press('Tab');
  await unmask.phaseBecomes(workbench, 'accepted');
  const filled = marked.replace('[MASK]', () => push!).replace('[MASK]', () => pop!);
  expect(await editorText(workbench)).toBe(filled);
  await setText(files['stack.ts']);
  await runCommand(workbench.page, 'Unmask: Fill All Holes in File');
  await unmask.notification(workbench.page, /Write \[MASK\] in this file/).waitFor();
  await runCommand(workbench.page, 'File: Revert File');
});

test('a hole that was left out comes after all others, also after runs in between', async () => {
  await setText('f([MASK]);\n'.repeat(9));
  await unmask.configure(workbench, unmask.quickly);
  const fills: number[] = [];
  for (const leftOut of [[0], [], []]) {
    const { length } = await unmask.filled(workbench, 'Unmask: Fill All Holes in File');
    fills.push(length);
    for (const span of leftOut)
      await inExtensionHost(
        workbench,
        async (vscode, span) => vscode.commands.executeCommand('unmask.leaveOut', span, true),
        span,
      );
    await runCommand(workbench.page, 'Unmask: Accept');
    await unmask.phaseBecomes(workbench, 'accepted');
  }
  expect(fills).toEqual([4, 4, 1]);
  expect(await editorText(workbench)).toMatch(/^f\(\[MASK\]\);\n/);
  expect((await unmask.filled(workbench, 'Unmask: Fill All Holes in File')).length).toBe(1);
  await runCommand(workbench.page, 'Unmask: Accept');
  await unmask.phaseBecomes(workbench, 'accepted');
  expect(await editorText(workbench)).not.toContain('[MASK]');
  await runCommand(workbench.page, 'File: Revert File');
});

test('as many selections as VS Code makes are refused, and hold nothing up', async () => {
  await unmask.configure(workbench, unmask.quickly);
  await setText('const a = 1;\n'.repeat(10_000));
  await inExtensionHost(workbench, (vscode) => {
    const editor = vscode.window.activeTextEditor!;
    editor.selections = Array.from(
      { length: 10_000 },
      (_, line) => new vscode.Selection(line, 6, line, 7),
    );
  });
  await runCommand(workbench.page, 'Unmask: Infill Selection');
  await unmask.notification(workbench.page, 'Select fewer places').waitFor();
  await runCommand(workbench.page, 'File: Revert File');
});

test('a hole is filled from its light bulb, and the others stay', async () => {
  const { page } = workbench;
  const marked = files['stack.ts']
    .replace('this.items.push(item)', '[MASK]')
    .replace('this.items.pop()', '[MASK]');
  await setText(marked);
  await unmask.configure(workbench, unmask.quickly);
  await placeCursor(workbench, { line: 9, column: 20 });
  await page.keyboard.press('Control+.');
  // VS Code keeps the mouse from what its list shows.
  await page.locator('.action-widget .focused').getByText('Unmask: Fill Hole').waitFor();
  await page.keyboard.press('Enter');
  await unmask.candidateWaits(workbench);
  const [pop, ...others] = await unmask.candidate(workbench);
  expect(others).toEqual([]);
  await runCommand(page, 'Unmask: Accept');
  await unmask.phaseBecomes(workbench, 'accepted');
  expect(await editorText(workbench)).toBe(marked.replace(/(?<=item = )\[MASK\]/, () => pop!));
  await runCommand(page, 'File: Revert File');
});

function setText(text: string): Promise<unknown> {
  return inExtensionHost(
    workbench,
    async (vscode, text) => {
      const editor = vscode.window.activeTextEditor!;
      const { document } = editor;
      const whole = new vscode.Range(0, 0, document.lineCount, 0);
      await editor.edit((edit) => edit.replace(whole, text));
    },
    text,
  );
}

test('keys go through the candidates, round and round', async () => {
  await unmask.configure(workbench, { 'search.candidates': 3 });
  await infill();
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
  await infill();
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

test('another candidate is shown with its own steps, which are what is exported', async () => {
  await unmask.configure(workbench, { 'search.candidates': 4 });
  await infill();
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
  await exportTrace(file);
  await unmask.notification(workbench.page, 'Trace written to second.json').waitFor();
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(trace);
});

/** Of the editors that are visible, side by side. */
const visibleTexts = () =>
  inExtensionHost(workbench, (vscode) =>
    vscode.window.visibleTextEditors.map(({ document }) => document.getText()),
  );

test('the candidate can be compared with the document', async () => {
  await infill();
  const [fill = ''] = await unmask.candidate(workbench);
  await unmask.spanAction(workbench.page, 'Compare').click();
  const filled = files['stack.ts'].replace('this.items.pop()', () => fill);
  await expect.poll(visibleTexts).toEqual([files['stack.ts'], filled]);
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
  await infill();
  const [fill = ''] = await unmask.candidate(workbench);
  await unmask.spanAction(workbench.page, 'Compare').click();
  const filled = files['stack.ts'].replace('this.items.pop()', () => fill);
  await expect.poll(visibleTexts).toEqual([files['stack.ts'], filled]);
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
  await infill();
  const [fill = ''] = await unmask.candidate(workbench);
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
  const filled = files['stack.ts'].replace('this.items.pop()', () => fill);
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

describe('the candidate is shown in the language of the code', () => {
  const languagesShown = () =>
    inExtensionHost(workbench, (vscode) =>
      vscode.window.visibleTextEditors.map(({ document }) => document.languageId),
    );
  const closeAll = () =>
    inExtensionHost(workbench, async (vscode) => {
      // Without being asked whether to save what was never saved.
      while (vscode.window.tabGroups.activeTabGroup.tabs.length > 0)
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });

  test('which no file name tells', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await inExtensionHost(workbench, async (vscode) => {
      const content = 'def f(a):\n    return a\n';
      const document = await vscode.workspace.openTextDocument({ content, language: 'python' });
      const editor = await vscode.window.showTextDocument(document);
      editor.selection = new vscode.Selection(1, 11, 1, 12);
    });
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.candidateWaits(workbench);
    await runCommand(workbench.page, 'Unmask: Compare Candidate');
    await expect.poll(languagesShown).toEqual(['python', 'python']);
    await runCommand(workbench.page, 'Unmask: Accept');
    await unmask.phaseBecomes(workbench, 'accepted');
    const [first, second] = await visibleTexts();
    await expect.poll(visibleTexts).toEqual([first, first]);
    expect(second).not.toBe('');
    expect(await languagesShown()).toEqual(['python', 'python']);
    await closeAll();
  });
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
  await infill();
  await runCommand(workbench.page, 'Unmask: Show Log');
  const output = workbench.page.locator('.output-view-content, .part.panel');
  await expect.poll(() => output.first().textContent()).toMatch(/engine\sprocess\sstarted/);
  await expect.poll(() => output.first().textContent()).toMatch(/Loaded\s\S+\s\S+\son\scpu\s\(/);
  await runCommand(workbench.page, 'View: Hide Panel');
});
