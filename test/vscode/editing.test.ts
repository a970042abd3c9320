import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { inExtensionHost } from './harness/bridge';
import { at, edit, editorText, placeCursor, select, shownLines } from './harness/editor';
import { runCommand } from './harness/palette';
import { panelFrame } from './harness/panel';
import { infilled, pop, popAt, usePop, withPop } from './pop';
import * as unmask from './unmask';
import { files } from './workspace';

const workbench = unmask.useUnmask();
usePop(workbench);

describe('an edit', () => {
  test('outside the span moves it along', async () => {
    await unmask.startLongRun(workbench, 300);
    await unmask.whileHalted(workbench, async () => {
      await edit(workbench, [
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
    await edit(workbench, [{ at: 0, removed: 0, text: '\n' }]);
    await runCommand(workbench.page, 'Unmask: Accept');
    await unmask.phaseBecomes(workbench, 'accepted');
    const expected = files['stack.ts']
      .replace(pop.text, () => fill)
      .replace('return item;', 'yield item;');
    expect(await editorText(workbench)).toBe(`\n// 😀\n${expected}`);
  });

  test('across its border leaves a run nothing to go on from, and the panel says so', async () => {
    await infilled(workbench);
    await unmask.openPanel(workbench);
    const panel = panelFrame(workbench.page);
    await edit(workbench, [{ at: 0, removed: 0, text: '//\n' }]);
    await expect.poll(() => panel.locator('h1').textContent()).toBe('stack.ts:10');
    await edit(workbench, [{ at: popAt, removed: 8, text: '' }]);
    await unmask.phaseBecomes(workbench, 'outdated');
    await panel.getByRole('button', { name: 'Infill selection' }).first().waitFor();
    expect((await unmask.state(workbench))?.place).toBeNull();
  });

  test('of what stands before a fill at the cursor discards it, as it was made for that', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await placeCursor(workbench, at(10, 5));
    await unmask.startRun(workbench, 'Unmask: Infill at Cursor');
    await unmask.candidateWaits(workbench);
    await workbench.page.keyboard.press('Backspace');
    await unmask.phaseBecomes(workbench, 'outdated');
    await runCommand(workbench.page, 'File: Revert File');
  });

  test('inside the span of a candidate that waits discards the candidate', async () => {
    await infilled(workbench);
    await edit(workbench, [{ at: popAt + 5, removed: 0, text: 'own.' }]);
    await unmask.phaseBecomes(workbench, 'outdated');
    await unmask
      .notification(workbench.page, /so the candidate was discarded/)
      .first()
      .waitFor();
  });

  test('inside the span at the very moment of accepting leaves what was typed', async () => {
    await infilled(workbench);
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
      popAt + 5,
    );
    expect(taken).toBe(true);
    await unmask.phaseBecomes(workbench, 'outdated');
    const typed = withPop('this.own.items.pop()');
    expect(await editorText(workbench)).toBe(typed);
    await inExtensionHost(workbench, async (vscode) => {
      await vscode.commands.executeCommand('unmask.accept');
    });
    expect(await editorText(workbench)).toBe(typed);
  });

  test('inside the span outdates the runs before it, also after another run', async () => {
    await infilled(workbench);
    await edit(workbench, [{ at: popAt + 5, removed: 0, text: 'own.' }]);
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
    const fill = await infilled(workbench);
    const file = path.join(workbench.folders.workspace, 'stack.ts');
    const other = `// Of another branch.\n${files['stack.ts'].replace('get size()', 'get length()')}`;
    await writeFile(file, other);
    try {
      await expect.poll(() => editorText(workbench)).toBe(other);
      expect((await unmask.state(workbench))?.place).toBe('stack.ts:10');
      await runCommand(workbench.page, 'Unmask: Accept');
      await unmask.phaseBecomes(workbench, 'accepted');
      const accepted = other.replace(pop.text, () => fill);
      expect(await editorText(workbench)).toBe(accepted);
    } finally {
      await writeFile(file, files['stack.ts']);
    }
  });

  test('that joins its line with those around, and is undone, keeps the candidate', async () => {
    const fill = await infilled(workbench);
    await select(workbench, at(8, 3), at(10, 8));
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
    const accepted = withPop(fill);
    expect(await editorText(workbench)).toBe(accepted);
  });

  test('that types over the span is what the next run takes the place of, all of it', async () => {
    await infilled(workbench);
    await workbench.page.keyboard.press('Escape');
    await unmask.phaseBecomes(workbench, 'rejected');
    await workbench.page.keyboard.type('undefined');
    const typed = withPop('undefined');
    await expect.poll(() => editorText(workbench)).toBe(typed);
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Run Again');
    await runCommand(workbench.page, 'Unmask: Accept');
    await unmask.phaseBecomes(workbench, 'accepted');
    expect(await editorText(workbench)).toBe(typed.replace('undefined', () => fill));
  });
});
