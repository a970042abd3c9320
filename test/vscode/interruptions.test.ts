import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inExtensionHost } from './harness/bridge';
import {
  editorText,
  isDirty,
  openFile,
  placeCursor,
  select,
  selectEach,
  shownLines,
} from './harness/editor';
import { pick, runCommand, saveAs } from './harness/palette';
import { panelFrame } from './harness/panel';
import * as unmask from './unmask';
import { files } from './workspace';

const workbench = unmask.useUnmask();

/** Replaces text of the active document as another extension would, at offsets of the present text. */
function edit(changes: readonly { at: number; removed: number; text: string }[]): Promise<void> {
  return inExtensionHost(
    workbench,
    async (vscode, wanted) => {
      const editor = vscode.window.activeTextEditor;
      await editor?.edit((builder) => {
        for (const { at, removed, text } of wanted) {
          const [from, to] = [at, at + removed].map((each) => editor.document.positionAt(each));
          if (from && to) builder.replace(new vscode.Range(from, to), text);
        }
      });
    },
    changes,
  );
}

/** Starts a run on what is selected that goes on for long enough to do something meanwhile. */
async function startLongRun(steps = unmask.slowly.steps): Promise<void> {
  await unmask.configure(workbench, { ...unmask.slowly, steps });
  await unmask.startRun(workbench, 'Unmask: Infill Selection');
  // By then the editor knows of the run too, and with it what the keys are for.
  await unmask.haltedAfter(workbench, 1, () =>
    expect.poll(() => unmask.statusText(workbench.page)).toContain(' masked'),
  );
}

async function expectUntouched(): Promise<void> {
  expect(await editorText(workbench)).toBe(files['stack.ts']);
  expect(await isDirty(workbench)).toBe(false);
}

beforeEach(async () => {
  await unmask.closeEditor(workbench);
  await openFile(workbench, 'stack.ts');
  await select(workbench, { line: 9, column: 18 }, { line: 9, column: 34 });
});

describe('stopping', () => {
  test('Escape ends the run within a step and leaves the file alone', async () => {
    await startLongRun();
    await unmask.whileHalted(workbench, async () => {
      await expect.poll(() => unmask.statusText(workbench.page)).toMatch(/\d+\/1000 · \d+ masked/);
      await expect
        .poll(async () => (await shownLines(workbench.page)).join('\n'))
        .toMatch(/⋯ step \d+\/1000 · \d+ masked/);
      await workbench.page.keyboard.press('Escape');
    });
    await unmask.phaseBecomes(workbench, 'stopped');
    const steps = (await unmask.state(workbench))?.trace?.steps.length ?? 0;
    expect(steps).toBeGreaterThan(0);
    expect(steps).toBeLessThan(1_000);
    await expectUntouched();
    await expect
      .poll(() => shownLines(workbench.page))
      .toContain('    const item = this.items.pop();');
  });

  test('Tab, pressed before there is anything to accept, leaves what is being filled alone', async () => {
    await startLongRun();
    await unmask.whileHalted(workbench, async () => {
      await workbench.page.keyboard.press('Tab');
      await expectUntouched();
      await runCommand(workbench.page, 'Unmask: Stop');
    });
    await unmask.phaseBecomes(workbench, 'stopped');
    await expectUntouched();
  });

  test('the command does too, and the next run is a new one', async () => {
    await startLongRun();
    await unmask.whileHalted(workbench, () => runCommand(workbench.page, 'Unmask: Stop'));
    await unmask.phaseBecomes(workbench, 'stopped');
    await unmask.configure(workbench, unmask.quickly);
    await runCommand(workbench.page, 'Unmask: Run Again');
    await unmask.candidateWaits(workbench);
    await expectUntouched();
  });

  test('a run started while another is denoising takes its place', async () => {
    await startLongRun();
    await unmask.whileHalted(workbench, async () => {
      await unmask.configure(workbench, unmask.quickly);
      await runCommand(workbench.page, 'Unmask: Infill Selection');
    });
    await unmask.candidateWaits(workbench);
    const trace = (await unmask.state(workbench))?.trace;
    expect(trace?.header.sampler.steps).toBe(unmask.quickly.steps);
    expect(trace?.steps.length).toBeLessThanOrEqual(unmask.quickly.steps);
  });
});

test('a run that waits for one that hangs can be stopped at once, and the next is none the worse', async () => {
  await startLongRun();
  await unmask.whileHalted(workbench, async () => {
    await unmask.configure(workbench, unmask.quickly);
    await runCommand(workbench.page, 'Unmask: Infill Selection');
    await unmask.phaseBecomes(workbench, 'starting');
    await runCommand(workbench.page, 'Unmask: Stop');
    await expect.poll(() => unmask.phase(workbench), { timeout: 5_000 }).toBe('stopped');
    await runCommand(workbench.page, 'Unmask: Infill Selection');
    await unmask.phaseBecomes(workbench, 'starting');
  });
  await unmask.candidateWaits(workbench);
  await expectUntouched();
});

test('a slow start of the model is shown, and can be called off', async () => {
  await unmask.configure(workbench, unmask.quickly);
  await unmask.startRun(workbench, 'Unmask: Infill Selection');
  await unmask.candidateWaits(workbench);
  await unmask.whileHalted(workbench, async () => {
    // Another number of threads takes another session.
    await unmask.configure(workbench, { threads: 2 });
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    const loading = unmask.notification(workbench.page, 'loading the model');
    await loading.getByRole('button', { name: 'Cancel' }).click();
    await unmask.phaseBecomes(workbench, 'stopped');
    await expect.poll(() => loading.count()).toBe(0);
  });
  await expectUntouched();
});

describe('a crash of the engine', () => {
  test('is reported, leaves the file alone, and Run Again starts another process', async () => {
    await startLongRun();
    const pid = await unmask.enginePid(workbench);
    process.kill(pid, 'SIGKILL');
    await unmask.phaseBecomes(workbench, 'failed');
    const message = unmask.notification(workbench.page, /ended unexpectedly \(signal SIGKILL\)/);
    await message.waitFor();
    await expectUntouched();

    await unmask.configure(workbench, unmask.quickly);
    await message.getByRole('button', { name: 'Run Again' }).click();
    await unmask.candidateWaits(workbench);
    expect(await unmask.enginePid(workbench)).not.toBe(pid);
    await runCommand(workbench.page, 'Unmask: Accept');
    await unmask.phaseBecomes(workbench, 'accepted');
  });

  test('while nothing runs is repaired by the next run', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.candidateWaits(workbench);
    process.kill(await unmask.enginePid(workbench), 'SIGKILL');
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.candidateWaits(workbench);
  });
});

describe('editing while the model denoises', () => {
  const span = files['stack.ts'].indexOf('this.items.pop()');

  test('outside the span moves it along', async () => {
    await startLongRun(300);
    await unmask.whileHalted(workbench, async () => {
      await edit([
        { at: 0, removed: 0, text: '// 😀\n' },
        { at: files['stack.ts'].indexOf('return item;'), removed: 'return'.length, text: 'yield' },
      ]);
      // The fill stands there: behind the span, or beside its line where it has several by now.
      await expect
        .poll(async () => (await shownLines(workbench.page)).join('\n'))
        .toMatch(/const item = this\.items\.pop\(\);?[^\S\n]*[^;\s]/);
    });
    await unmask.candidateWaits(workbench);
    const [fill = ''] = await unmask.candidate(workbench);
    await edit([{ at: 0, removed: 0, text: '\n' }]);
    await runCommand(workbench.page, 'Unmask: Accept');
    await unmask.phaseBecomes(workbench, 'accepted');
    const expected = files['stack.ts']
      .replace('this.items.pop()', () => fill)
      .replace('return item;', 'yield item;');
    expect(await editorText(workbench)).toBe(`\n// 😀\n${expected}`);
  });

  test('inside the span stops the run and says why', async () => {
    await startLongRun();
    await unmask.whileHalted(workbench, () => edit([{ at: span + 5, removed: 0, text: 'own.' }]));
    await unmask.phaseBecomes(workbench, 'stopped');
    await unmask
      .notification(workbench.page, /text being filled was edited, so the run was stopped/)
      .waitFor();
    const edited = files['stack.ts'].replace('this.items.pop()', 'this.own.items.pop()');
    expect(await editorText(workbench)).toBe(edited);
  });

  test('across its border leaves a run nothing to go on from, and the panel says so', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.candidateWaits(workbench);
    await unmask.openPanel(workbench);
    const panel = panelFrame(workbench.page);
    await edit([{ at: 0, removed: 0, text: '//\n' }]);
    await expect.poll(() => panel.locator('h1').textContent()).toBe('stack.ts:10');
    await edit([{ at: span, removed: 8, text: '' }]);
    await unmask.phaseBecomes(workbench, 'outdated');
    await panel.getByRole('button', { name: 'Infill selection' }).first().waitFor();
    expect((await unmask.state(workbench))?.place).toBeNull();
  });

  test('of what stands before a fill at the cursor discards it, as it was made for that', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await placeCursor(workbench, { line: 10, column: 5 });
    await unmask.startRun(workbench, 'Unmask: Infill at Cursor');
    await unmask.candidateWaits(workbench);
    await workbench.page.keyboard.press('Backspace');
    await unmask.phaseBecomes(workbench, 'outdated');
    await runCommand(workbench.page, 'File: Revert File');
  });

  test('inside the span of a candidate that waits discards the candidate', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.candidateWaits(workbench);
    await edit([{ at: span + 5, removed: 0, text: 'own.' }]);
    await unmask.phaseBecomes(workbench, 'outdated');
    await unmask
      .notification(workbench.page, /so the candidate was discarded/)
      .first()
      .waitFor();
  });

  test('inside the span at the very moment of accepting leaves what was typed', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.candidateWaits(workbench);
    const taken = await inExtensionHost(
      workbench,
      async (vscode, at) => {
        const editor = vscode.window.activeTextEditor!;
        const typing = editor.edit((builder) => {
          builder.insert(editor.document.positionAt(at), 'own.');
        });
        // The edit is on its way, and the document that accepting sees is that before it.
        await vscode.commands.executeCommand('unmask.accept');
        return typing;
      },
      span + 5,
    );
    expect(taken).toBe(true);
    await unmask.phaseBecomes(workbench, 'outdated');
    const typed = files['stack.ts'].replace('this.items.pop()', 'this.own.items.pop()');
    expect(await editorText(workbench)).toBe(typed);
    await inExtensionHost(workbench, async (vscode) => {
      await vscode.commands.executeCommand('unmask.accept');
    });
    expect(await editorText(workbench)).toBe(typed);
  });

  test('inside the span outdates the runs before it, also after another run', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.candidateWaits(workbench);
    await edit([{ at: span + 5, removed: 0, text: 'own.' }]);
    await unmask.phaseBecomes(workbench, 'outdated');
    await unmask.startRun(workbench, 'Unmask: Run Again');
    await unmask.candidateWaits(workbench);

    await unmask.openPanel(workbench);
    const runs = panelFrame(workbench.page).locator('.run-row');
    await runs.nth(1).getByRole('button', { name: /Run 1/ }).first().click();
    await unmask.phaseBecomes(workbench, 'outdated');
    await runs.nth(0).getByRole('button', { name: /Run 2/ }).first().click();
    await unmask.candidateWaits(workbench);
  });

  test('on both sides of the span at once, as of a file that is replaced on disk, keeps the candidate', async () => {
    await unmask.configure(workbench, unmask.quickly);
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    const file = path.join(workbench.folders.workspace, 'stack.ts');
    const other = `// Of another branch.\n${files['stack.ts'].replace('get size()', 'get length()')}`;
    await writeFile(file, other);
    try {
      await expect.poll(() => editorText(workbench)).toBe(other);
      expect((await unmask.state(workbench))?.place).toBe('stack.ts:10');
      await runCommand(workbench.page, 'Unmask: Accept');
      await unmask.phaseBecomes(workbench, 'accepted');
      const accepted = other.replace('this.items.pop()', () => fill);
      expect(await editorText(workbench)).toBe(accepted);
    } finally {
      await writeFile(file, files['stack.ts']);
    }
  });

  test('that joins its line with those around, and is undone, keeps the candidate', async () => {
    await unmask.configure(workbench, unmask.quickly);
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    await select(workbench, { line: 8, column: 3 }, { line: 10, column: 8 });
    await runCommand(workbench.page, 'Join Lines');
    const joined = files['stack.ts']
      .replace('{\n    const', '{ const')
      .replace('();\n    if', '(); if');
    await expect.poll(() => editorText(workbench)).toBe(joined);
    expect(await unmask.phase(workbench)).toBe('finished');
    await workbench.page.keyboard.press('Control+Z');
    await expect.poll(() => editorText(workbench)).toBe(files['stack.ts']);
    await runCommand(workbench.page, 'Unmask: Accept');
    await unmask.phaseBecomes(workbench, 'accepted');
    const accepted = files['stack.ts'].replace('this.items.pop()', () => fill);
    expect(await editorText(workbench)).toBe(accepted);
  });

  test('typing over the span is what the next run takes the place of, all of it', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.candidateWaits(workbench);
    await workbench.page.keyboard.press('Escape');
    await unmask.phaseBecomes(workbench, 'rejected');
    await workbench.page.keyboard.type('undefined');
    const typed = files['stack.ts'].replace('this.items.pop()', 'undefined');
    await expect.poll(() => editorText(workbench)).toBe(typed);
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Run Again');
    await runCommand(workbench.page, 'Unmask: Accept');
    await unmask.phaseBecomes(workbench, 'accepted');
    expect(await editorText(workbench)).toBe(typed.replace('undefined', () => fill));
  });

  test('closing the document stops the run', async () => {
    await startLongRun();
    await unmask.whileHalted(workbench, () => unmask.closeEditor(workbench));
    await unmask.phaseBecomes(workbench, 'stopped');
    await unmask.notification(workbench.page, /document being filled was closed/).waitFor();
    expect((await unmask.state(workbench))?.place).toBeNull();
  });

  test('closing the document of a candidate leaves it to be shown again, with the document', async () => {
    await unmask.configure(workbench, unmask.quickly);
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    await unmask.closeEditor(workbench);
    const told = unmask.notification(workbench.page, /was closed, so the candidate was discarded/);
    await told.getByRole('button', { name: 'Show It Again' }).click();
    await unmask.candidateWaits(workbench);
    await runCommand(workbench.page, 'Unmask: Accept');
    await unmask.phaseBecomes(workbench, 'accepted');
    expect(await editorText(workbench)).toBe(
      files['stack.ts'].replace('this.items.pop()', () => fill),
    );
  });

  test('closing a document that was never saved is told as that, though VS Code empties it first', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await inExtensionHost(workbench, async (vscode) => {
      await vscode.commands.executeCommand('notifications.clearAll');
      const document = await vscode.workspace.openTextDocument({ content: 'let a = 1;\n' });
      const editor = await vscode.window.showTextDocument(document);
      editor.selection = new vscode.Selection(0, 8, 0, 9);
    });
    await unmask.filled(workbench, 'Unmask: Infill Selection');
    await unmask.closeEditor(workbench);
    const told = unmask.notification(workbench.page, /so the candidate was discarded/);
    await told.waitFor();
    expect(await told.textContent()).toContain('document being filled was closed');
  });

  test('renaming the file leaves the candidate in the document that it becomes', async () => {
    await unmask.configure(workbench, unmask.quickly);
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
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
    expect(await editorText(workbench)).toBe(
      files['stack.ts'].replace('this.items.pop()', () => fill),
    );
    await unmask.closeEditor(workbench);
    await rename('pile.ts', 'stack.ts');
  });

  test('saving an untitled document leaves its candidate in the file', async () => {
    await unmask.configure(workbench, unmask.quickly);
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
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    await runCommand(workbench.page, 'File: Save');
    await expect.poll(() => isDirty(workbench)).toBe(false);
    await runCommand(workbench.page, 'Unmask: Accept');
    await unmask.phaseBecomes(workbench, 'accepted');
    expect(await editorText(workbench)).toBe(
      files['stack.ts'].replace('this.items.pop()', () => fill),
    );
  });

  test.each([
    ['as it is on disk', ''],
    ['changed since, also within the span', 'own.'],
  ])('saving the file, %s, under another name leaves its candidate there', async (_, typed) => {
    const { page, folders } = workbench;
    await unmask.configure(workbench, unmask.quickly);
    if (typed) await edit([{ at: span + 5, removed: 0, text: typed }]);
    const text = await editorText(workbench);
    await select(workbench, { line: 9, column: 18 }, { line: 9, column: 34 + typed.length });
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    const name = typed ? 'changed.ts' : 'same.ts';
    await saveAs(page, path.join(folders.workspace, name));
    await expect.poll(async () => (await unmask.state(workbench))?.place).toBe(`${name}:9`);
    await unmask.candidateWaits(workbench);
    const comment = '// Above the span.\n';
    await edit([{ at: 0, removed: 0, text: comment }]);
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
    await unmask.configure(workbench, unmask.quickly);
    const name = typed ? 'overwritten.ts' : 'taken.ts';
    const file = path.join(folders.workspace, name);
    await writeFile(file, `export const name = '${name}';\n`);
    if (typed) await edit([{ at: span + 5, removed: 0, text: typed }]);
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
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
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
    await unmask.configure(workbench, unmask.quickly);
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
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    await saveAs(page, path.join(folders.workspace, 'formatted.ts'));
    await expect.poll(async () => (await unmask.state(workbench))?.place).toBe('formatted.ts:9');
    await formatOnSave(undefined);
    await unmask.candidateWaits(workbench);
    await unmask.spanAction(page, 'Accept').click();
    await unmask.phaseBecomes(workbench, 'accepted');
    const formatted = files['stack.ts'].replaceAll(/^ +/gm, '$&$&');
    expect(await editorText(workbench)).toBe(formatted.replace('this.items.pop()', () => fill));
  });

  test('in one of several spans stops them all', async () => {
    await selectEach(workbench, [
      { from: { line: 5, column: 5 }, to: { line: 5, column: 27 } },
      { from: { line: 9, column: 18 }, to: { line: 9, column: 34 } },
    ]);
    await startLongRun();
    await unmask.whileHalted(workbench, () => edit([{ at: span, removed: 4, text: 'that' }]));
    await unmask.phaseBecomes(workbench, 'stopped');
  });
});

describe('what cannot be filled is refused early', () => {
  test('a read-only document', async () => {
    await unmask.configure(workbench, unmask.quickly);
    const before = (await unmask.state(workbench))?.trace;
    await inExtensionHost(workbench, async (vscode) => {
      const provider = { provideTextDocumentContent: () => 'const a = 1;' };
      vscode.workspace.registerTextDocumentContentProvider('unmask-test', provider);
      const document = await vscode.workspace.openTextDocument(
        vscode.Uri.parse('unmask-test:/a.ts'),
      );
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('unmask.infillAtCursor');
    });
    await unmask.notification(workbench.page, /read-only/).waitFor();
    expect((await unmask.state(workbench))?.trace).toEqual(before);
  });

  test('nothing selected: Infill at Cursor is offered instead', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await select(workbench, { line: 5, column: 27 }, { line: 5, column: 27 });
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    const message = unmask.notification(workbench.page, 'Select the code to fill first');
    await message.getByRole('button', { name: 'Infill at Cursor' }).click();
    await unmask.candidateWaits(workbench);
  });

  test('a model that is not there, with the folder in the message', async () => {
    await unmask.configure(workbench, { ...unmask.quickly, modelFolder: '/nowhere/model' });
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.phaseBecomes(workbench, 'failed');
    const message = unmask.notification(workbench.page, '/nowhere/model');
    await message.waitFor();
    await expectUntouched();
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
});

describe('a candidate that waits where a run is started elsewhere', () => {
  afterEach(async () => {
    await inExtensionHost(workbench, async (vscode) => {
      await vscode.commands.executeCommand('unmask.stop');
      while (vscode.window.activeTextEditor)
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await vscode.commands.executeCommand('notifications.clearAll');
    });
  });

  test('gives way, which is said, and is shown again where it is by then', async () => {
    await unmask.configure(workbench, unmask.quickly);
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    await openFile(workbench, 'wide.py');
    await select(workbench, { line: 2, column: 13 }, { line: 2, column: 20 });
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
    await unmask.spanAction(workbench.page, 'Accept').waitFor();
    await workbench.page.keyboard.press('Tab');
    await unmask.phaseBecomes(workbench, 'accepted');
    const accepted = files['stack.ts'].replace('this.items.pop()', () => fill);
    expect(await editorText(workbench)).toBe(`// edited meanwhile\n${accepted}`);

    // As is the other one, which had to give way in turn.
    const turn = unmask.notification(workbench.page, 'The candidate for wide.py:2 gives way');
    await turn.getByRole('button', { name: 'Show It Again' }).click();
    await unmask.phaseBecomes(workbench, 'finished');
    expect(await unmask.candidate(workbench)).toEqual(other);
  });

  test('is shown in place of a run that is still on its way, and not where its text was edited', async () => {
    await unmask.configure(workbench, unmask.quickly);
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    await openFile(workbench, 'wide.py');
    await select(workbench, { line: 2, column: 13 }, { line: 2, column: 20 });
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
