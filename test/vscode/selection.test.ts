import { beforeEach, describe, expect, test } from 'vitest';
import { inExtensionHost } from './harness/bridge';
import {
  at,
  editorText,
  fileOnDisk,
  isDirty,
  openFile,
  select,
  selectEach,
  selectedTexts,
  selectLines,
  setText,
  shownLines,
} from './harness/editor';
import { pick, runCommand } from './harness/palette';
import { expectUntouched, infilled, openPop, pop, withPop } from './pop';
import * as unmask from './unmask';
import { files, replaced } from './workspace';

const workbench = unmask.useUnmask();

beforeEach(() => unmask.closeEditor(workbench));

describe('infilling a selection', () => {
  test('of far more than its slots can take warns of it, and shows where the fill is drawn', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await inExtensionHost(workbench, async (vscode) => {
      const content = 'let a = 1;\n'.repeat(300);
      const document = await vscode.workspace.openTextDocument({ content });
      const editor = await vscode.window.showTextDocument(document);
      const end = document.lineAt(document.lineCount - 1).range.end;
      editor.selection = new vscode.Selection(new vscode.Position(0, 0), end);
      editor.revealRange(new vscode.Range(end, end));
    });
    const firstLineShown = () =>
      inExtensionHost(
        workbench,
        (vscode) => vscode.window.activeTextEditor?.visibleRanges[0]?.start.line,
      );
    await expect.poll(firstLineShown).toBeGreaterThan(0);
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask
      .notification(workbench.page, /characters are selected.*at most 12 tokens/)
      .waitFor();
    await unmask.candidateWaits(workbench);
    await expect.poll(firstLineShown).toBe(0);
    await runCommand(workbench.page, 'Unmask: Reject');
  });

  test('shows the candidate, leaves the file alone until it is accepted, and undoes in one step', async () => {
    await openPop(workbench);
    const fill = await infilled(workbench);
    expect(fill).not.toBe('');
    await expectUntouched(workbench);
    if (!fill.includes('\n')) {
      const shown = () => shownLines(workbench.page);
      await expect.poll(shown).toContain(`    const item = this.items.pop()${fill};`);
    }
    expect(await unmask.statusText(workbench.page)).toContain('accept');

    await unmask.spanAction(workbench.page, 'Accept').click();
    await unmask.phaseBecomes(workbench, 'accepted');
    const accepted = withPop(fill);
    expect(await editorText(workbench)).toBe(accepted);
    expect(await selectedTexts(workbench)).toEqual(['']);
    await runCommand(workbench.page, 'File: Save');
    await expect.poll(() => fileOnDisk(workbench, 'stack.ts')).toBe(accepted);

    await runCommand(workbench.page, 'Undo');
    await expect.poll(() => editorText(workbench)).toBe(files['stack.ts']);
    await runCommand(workbench.page, 'File: Save');
    await expect.poll(() => fileOnDisk(workbench, 'stack.ts')).toBe(files['stack.ts']);
  });

  test('keeps the line ends of a CRLF file, and undo restores every byte', async () => {
    await unmask.configure(workbench, { ...unmask.quickly, slots: 40 });
    await openFile(workbench, 'crlf.ts');
    await selectLines(workbench, 9, 13);
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    const lines = files['crlf.ts'].split('\r\n');
    const after = [...lines.slice(0, 8), ...fill.split('\n'), ...lines.slice(13)].join('\r\n');

    await runCommand(workbench.page, 'Unmask: Accept');
    await expect.poll(() => editorText(workbench)).toBe(after);
    await runCommand(workbench.page, 'Undo');
    await expect.poll(() => editorText(workbench)).toBe(files['crlf.ts']);
    await runCommand(workbench.page, 'File: Save');
    expect(await fileOnDisk(workbench, 'crlf.ts')).toBe(files['crlf.ts']);
  });

  test('leaves the line end of whole lines that are selected', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'crlf.ts');
    await select(workbench, at(9, 1), at(11, 1));
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    const lines = files['crlf.ts'].split('\r\n');
    const after = [...lines.slice(0, 8), ...fill.split('\n'), ...lines.slice(10)].join('\r\n');
    // The cursor was on the line behind them, where Tab would have indented what was selected.
    await workbench.page.keyboard.press('Tab');
    await expect.poll(() => editorText(workbench)).toBe(after);
  });

  test('finds its place between tabs and characters beyond the BMP', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'wide.py');
    const line = files['wide.py'].split('\n')[1] ?? '';
    const column = line.indexOf(' + name') + 1;
    await selectEach(workbench, [{ from: at(2, column), to: at(2, column + ' + name'.length) }]);
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    await runCommand(workbench.page, 'Unmask: Accept');
    const accepted = replaced(files['wide.py'], { ' + name': fill });
    await expect.poll(() => editorText(workbench)).toBe(accepted);
    await runCommand(workbench.page, 'Undo');
    await expect.poll(() => editorText(workbench)).toBe(files['wide.py']);
  });

  test('rejecting leaves no trace', async () => {
    await openPop(workbench);
    await infilled(workbench);
    await unmask.spanAction(workbench.page, 'Reject').click();
    await unmask.phaseBecomes(workbench, 'rejected');
    await expect
      .poll(() => shownLines(workbench.page))
      .toContain('    const item = this.items.pop();');
    await expect.poll(() => unmask.spanAction(workbench.page, 'Accept').count()).toBe(0);
    await expectUntouched(workbench);
  });

  test('several selections are denoised in one run and applied in one undo step', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    await selectEach(workbench, [
      { from: at(17, 12), to: at(17, 29) },
      { from: at(5, 5), to: at(5, 27) },
      { from: at(13, 12), to: at(13, 16) },
    ]);
    const [push, item, size, ...more] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    expect(more).toEqual([]);
    const { trace } = (await unmask.state(workbench)) ?? {};
    expect(new Set(trace?.header.slots.map((slot) => slot.span))).toEqual(new Set([0, 1, 2]));

    await unmask.spanAction(workbench.page, 'Accept All 3').click();
    const accepted = replaced(files['stack.ts'], {
      'this.items.push(item);': push ?? '',
      'return item;': `return ${item};`,
      'this.items.length': size ?? '',
    });
    await expect.poll(() => editorText(workbench)).toBe(accepted);
    await runCommand(workbench.page, 'Undo');
    await expect.poll(() => editorText(workbench)).toBe(files['stack.ts']);
    expect(await isDirty(workbench)).toBe(false);
  });
});

test('as many selections as VS Code makes are refused, and hold nothing up', async () => {
  await unmask.configure(workbench, unmask.quickly);
  await openFile(workbench, 'stack.ts');
  await setText(workbench, 'const a = 1;\n'.repeat(10_000));
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

test('nothing selected: Infill at Cursor is offered instead', async () => {
  await unmask.configure(workbench, unmask.quickly);
  await openFile(workbench, 'stack.ts');
  await select(workbench, at(5, 27), at(5, 27));
  await unmask.startRun(workbench, 'Unmask: Infill Selection');
  const message = unmask.notification(workbench.page, 'Select the code to fill first');
  await message.getByRole('button', { name: 'Infill at Cursor' }).click();
  await unmask.candidateWaits(workbench);
});

describe('rewriting a selection', () => {
  test('asks how strongly, and the trace says so', async () => {
    const { page } = workbench;
    await unmask.configure(workbench, unmask.quickly);
    await openPop(workbench);
    await unmask.startRun(workbench, 'Unmask: Rewrite Selection…');
    await pick(page, 'Revise');
    await unmask.candidateWaits(workbench);
    const { trace } = (await unmask.state(workbench)) ?? {};
    expect(trace?.header.mode).toEqual({ kind: 'rewrite', strength: 0.4 });
    const states = trace?.header.slots.map((slot) => slot.state);
    expect(new Set(states)).toEqual(new Set(['masked', 'revealed']));
    expect(await editorText(workbench)).toBe(files['stack.ts']);
  });

  test('that comes to what stands there says so, and strikes nothing out to draw it once more', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await openPop(workbench);
    await inExtensionHost(workbench, async (vscode) => {
      await vscode.commands.executeCommand('unmask.rewriteSelection', { strength: 0.01 });
    });
    await unmask.candidateWaits(workbench);
    expect(await unmask.candidate(workbench)).toEqual([pop.text]);
    await expect
      .poll(() => shownLines(workbench.page))
      .toContain('    const item = this.items.pop();= unchanged');
    await workbench.page.keyboard.press('Tab');
    await unmask.phaseBecomes(workbench, 'accepted');
    expect(await editorText(workbench)).toBe(files['stack.ts']);
  });

  test('needs something to rewrite', async () => {
    const { page } = workbench;
    await openFile(workbench, 'stack.ts');
    await select(workbench, at(9, 1), at(9, 3));
    await runCommand(page, 'Unmask: Rewrite Selection…');
    await unmask.notification(page, 'Select the code to rewrite first.').waitFor();
  });
});
