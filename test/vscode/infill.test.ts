import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { tinyAdaptedModel } from '../tinyModels';
import { inExtensionHost } from './harness/bridge';
import {
  activeEditor,
  editorText,
  fileOnDisk,
  isDirty,
  openFile,
  type Place,
  placeCursor,
  select,
  selectEach,
  selectedTexts,
  selectLines,
  shownLines,
} from './harness/editor';
import { pick, runCommand } from './harness/palette';
import { panelFrame } from './harness/panel';
import { screenshot } from './harness/screenshots';
import * as unmask from './unmask';
import { files } from './workspace';

const workbench = unmask.useUnmask();

/** Replaces parts of a text; every one of them occurs once. */
function replaced(text: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((before, [from, to]) => {
    expect(before.split(from)).toHaveLength(2);
    return before.replace(from, () => to);
  }, text);
}

const at = (line: number, column: number): Place => ({ line, column });

/** Moves the mouse onto the first text that decorations draw, not counting white space. */
async function pointAtFill(page: Page): Promise<void> {
  const { x, y } = await activeEditor(page).evaluate((editor) => {
    const drawn = [...editor.querySelectorAll('.view-line span')].flatMap((element) =>
      ['::before', '::after'].flatMap((place) => {
        const { content } = getComputedStyle(element, place);
        if (!/^".*\S.*"$/.test(content.replaceAll('\u00a0', ' '))) return [];
        const { left, right, top, height } = element.getBoundingClientRect();
        return [{ x: place === '::before' ? left + 4 : right - 4, y: top + height / 2 }];
      }),
    );
    return drawn[0] ?? { x: 0, y: 0 };
  });
  await page.mouse.move(x, y);
}

/** Accepts with Tab and types on at once, while the extension host does not listen for so long. */
async function acceptAndType(busyMs: number, text: string): Promise<void> {
  await inExtensionHost(
    workbench,
    (_vscode, ms) => {
      setTimeout(() => {
        for (const until = Date.now() + ms; Date.now() < until; );
      }, 0);
    },
    busyMs,
  );
  await workbench.page.keyboard.press('Tab');
  await workbench.page.keyboard.type(text);
  await unmask.phaseBecomes(workbench, 'accepted');
}

beforeEach(() => unmask.closeEditor(workbench));

describe('before the first command', () => {
  test('the extension is not active, and activates without loading ONNX Runtime', async () => {
    const found = await inExtensionHost(workbench, async (vscode) => {
      const extension = vscode.extensions.getExtension('unmask.unmask');
      const before = extension?.isActive;
      // Processor time: how long it takes by the clock is up to what else the machine does.
      const begun = { ms: performance.now(), cpu: process.cpuUsage() };
      await extension?.activate();
      const ms = performance.now() - begun.ms;
      const { user, system } = process.cpuUsage(begun.cpu);
      const cpuMs = (user + system) / 1000;
      const { sharedObjects } = process.report.getReport() as unknown as {
        sharedObjects: string[];
      };
      return { before, ms, cpuMs, native: sharedObjects.filter((each) => each.includes('onnx')) };
    });
    console.log(
      `Activation: ${found.ms.toFixed(0)} ms, ${found.cpuMs.toFixed(0)} ms of processor.`,
    );
    expect(found).toMatchObject({ before: false, native: [] });
    expect(found.cpuMs).toBeLessThan(1_000);
  });
});

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
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    await select(workbench, at(9, 18), at(9, 34));
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    expect(fill).not.toBe('');
    expect(await editorText(workbench)).toBe(files['stack.ts']);
    expect(await isDirty(workbench)).toBe(false);
    if (!fill.includes('\n')) {
      const shown = () => shownLines(workbench.page);
      await expect.poll(shown).toContain(`    const item = this.items.pop()${fill};`);
    }
    expect(await unmask.statusText(workbench.page)).toContain('accept');

    await unmask.spanAction(workbench.page, 'Accept').click();
    await unmask.phaseBecomes(workbench, 'accepted');
    const accepted = replaced(files['stack.ts'], { 'this.items.pop()': fill });
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

  test('is read out while the panel is closed, where the user says that there is a screen reader', async () => {
    const support = (value: 'on' | undefined) =>
      inExtensionHost(
        workbench,
        (vscode, support) =>
          vscode.workspace
            .getConfiguration('editor')
            .update(
              'accessibilitySupport',
              support ?? undefined,
              vscode.ConfigurationTarget.Global,
            ),
        value ?? null,
      );
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    await select(workbench, at(9, 18), at(9, 34));
    await support('on');
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.candidateWaits(workbench);
    const readOut = () => workbench.page.locator('.monaco-aria-container').textContent();
    await expect.poll(readOut).toMatch(/Unmask: finished, \d+ lines?\. Accept/);
    await support(undefined);
    await runCommand(workbench.page, 'Unmask: Reject');
  });

  test('rejecting leaves no trace', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    await select(workbench, at(9, 18), at(9, 34));
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.candidateWaits(workbench);
    await unmask.spanAction(workbench.page, 'Reject').click();
    await unmask.phaseBecomes(workbench, 'rejected');
    await expect
      .poll(() => shownLines(workbench.page))
      .toContain('    const item = this.items.pop();');
    await expect.poll(() => unmask.spanAction(workbench.page, 'Accept').count()).toBe(0);
    expect(await editorText(workbench)).toBe(files['stack.ts']);
    expect(await isDirty(workbench)).toBe(false);
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

  test('one of several fills can be left out: its code stays as it is', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    await selectEach(workbench, [
      { from: at(17, 12), to: at(17, 29) },
      { from: at(5, 5), to: at(5, 27) },
    ]);
    const [push, , ...more] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    expect(more).toEqual([]);
    await unmask.spanAction(workbench.page, 'Leave Out').nth(1).click();
    await unmask.spanAction(workbench.page, 'Accept 1 of 2').waitFor();
    // Its code may be written by hand meanwhile.
    await placeCursor(workbench, at(17, 20));
    await workbench.page.keyboard.type('own');
    await unmask.spanAction(workbench.page, 'Accept 1 of 2').click();
    const accepted = replaced(files['stack.ts'], {
      'this.items.push(item);': push ?? '',
      'this.items.length': 'this.iteownms.length',
    });
    await expect.poll(() => editorText(workbench)).toBe(accepted);
    await unmask.phaseBecomes(workbench, 'accepted');
    // And written on.
    await workbench.page.keyboard.type('ed');
    const writtenOn = replaced(accepted, { iteownms: 'iteownedms' });
    await expect.poll(() => editorText(workbench)).toBe(writtenOn);
    await runCommand(workbench.page, 'Undo');
    await expect.poll(() => editorText(workbench)).toBe(accepted);
    await runCommand(workbench.page, 'Undo');
    await unmask.phaseBecomes(workbench, 'undone');
    await runCommand(workbench.page, 'Undo');
    await expect.poll(() => editorText(workbench)).toBe(files['stack.ts']);
  });
});

describe('a fill of several lines is seen whole', () => {
  /** Of the rows drawn beside the code in the active editor, how far the rightmost reaches beyond its right edge. */
  const beyondEdge = () =>
    activeEditor(workbench.page).evaluate((editor) => {
      const edge = editor.querySelector('.lines-content, .overflow-guard')!.parentElement!;
      const right = edge.getBoundingClientRect().right;
      const drawn = [...editor.querySelectorAll('.view-line span')].filter((element) =>
        ['::before', '::after'].some((place) =>
          getComputedStyle(element, place).content.startsWith('"'),
        ),
      );
      return Math.max(...drawn.map((element) => element.getBoundingClientRect().right - right));
    });
  const setEditor = (key: string, value: string | undefined) =>
    inExtensionHost(
      workbench,
      (vscode, entry) =>
        vscode.workspace
          .getConfiguration('editor')
          .update(entry.key, entry.value ?? undefined, vscode.ConfigurationTarget.Global),
      { key, value: value ?? null },
    );

  async function shownWhole(name: string): Promise<void> {
    await unmask.configure(workbench, { ...unmask.quickly, steps: 16, slots: 32, seed: 7 });
    await select(workbench, at(9, 18), at(9, 34));
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    const lines = fill.split('\n').length;
    expect(lines).toBeGreaterThan(1);
    await expect
      .poll(async () => (await shownLines(workbench.page)).join('\n'))
      .toContain(`${lines} lines — Compare`);
    expect(await beyondEdge()).toBeLessThanOrEqual(0);
    await screenshot(workbench, `seen-whole-${name}`, 'dark');
  }

  test('where lines wrap', async () => {
    await openFile(workbench, 'stack.ts');
    await setEditor('wordWrap', 'on');
    try {
      await shownWhole('wrapped');
    } finally {
      await setEditor('wordWrap', undefined);
    }
  });

  test('beside long lines', async () => {
    await inExtensionHost(workbench, async (vscode) => {
      const line = (key: number) =>
        `  await readFromTheStore(${key}, { retries: 3, signal, timeout: 20 });`;
      const content = Array.from({ length: 20 }, (_, key) => line(key + 10)).join('\n');
      const document = await vscode.workspace.openTextDocument({ content });
      const editor = await vscode.window.showTextDocument(document);
      editor.selection = new vscode.Selection(3, 2, 3, 40);
    });
    await unmask.configure(workbench, { ...unmask.quickly, steps: 16, slots: 60, seed: 5 });
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    const [first = '', ...more] = fill.split('\n');
    expect(more.length).toBeGreaterThan(0);
    await expect
      .poll(async () => (await shownLines(workbench.page)).join('\n'))
      .toContain(first.slice(0, 8));
    expect(await beyondEdge()).toBeLessThanOrEqual(0);
    await screenshot(workbench, 'seen-whole-long-lines', 'dark');
    await unmask.closeEditor(workbench);
  });

  test('in editors side by side', async () => {
    await openFile(workbench, 'stack.ts');
    await runCommand(workbench.page, 'View: Split Editor Right');
    const columns = () =>
      inExtensionHost(workbench, ({ window }) => window.activeTextEditor?.viewColumn);
    await expect.poll(columns).toBe(2);
    await shownWhole('split');
    await unmask.closeEditor(workbench);
  });
});

test('code that is folded is unfolded to be filled, and stays selected', async () => {
  await unmask.configure(workbench, unmask.quickly);
  await openFile(workbench, 'stack.ts');
  const code = [{ from: at(8, 3), to: at(14, 4) }];
  await selectEach(workbench, code);
  const selected = await selectedTexts(workbench);
  await inExtensionHost(workbench, async (vscode) => {
    await vscode.commands.executeCommand('editor.fold', { selectionLines: [7] });
  });
  const shown = async () => (await shownLines(workbench.page)).map((line) => line.trim());
  await expect.poll(shown).not.toContain('if (item === undefined) {');
  await unmask.startRun(workbench, 'Unmask: Infill Selection');
  await unmask.candidateWaits(workbench);
  const unfolded = expect.stringContaining('if (item === undefined) {');
  await expect.poll(shown).toContainEqual(unfolded);
  expect(await selectedTexts(workbench)).toEqual(selected);
});

test('a fill has no row beside lines that are folded, before or while it waits', async () => {
  await unmask.configure(workbench, { ...unmask.quickly, steps: 16, slots: 48, seed: 23 });
  await openFile(workbench, 'stack.ts');
  const turn = (command: 'editor.fold' | 'editor.unfold') =>
    inExtensionHost(
      workbench,
      async (vscode, id) => {
        await vscode.commands.executeCommand(id, { selectionLines: [7] });
      },
      command,
    );
  const shown = async () => (await shownLines(workbench.page)).join('\n');
  const folded = 'if (item === undefined)';
  await placeCursor(workbench, at(7, 1));
  await turn('editor.fold');
  await expect.poll(shown).not.toContain(folded);
  const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill at Cursor');
  const last = fill.split('\n').at(-1)!.trim();
  expect(fill.split('\n').length).toBeGreaterThan(3);
  expect(last).not.toBe('');
  await expect.poll(shown).toContain(last);
  await turn('editor.unfold');
  await expect.poll(shown).toContain(folded);
  await turn('editor.fold');
  await expect.poll(shown).not.toContain(folded);
  await expect.poll(shown).toContain(last);
});

test('in a line whose end is out of sight, how far a run is stands where it fills', async () => {
  await unmask.configure(workbench, unmask.slowly);
  await inExtensionHost(workbench, async (vscode) => {
    const content = `f(a, '${'x'.repeat(200)}');\n`;
    const document = await vscode.workspace.openTextDocument({ content });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 2, 0, 3);
  });
  await unmask.startRun(workbench, 'Unmask: Infill Selection');
  await unmask.haltedAfter(workbench, 5, async () => {
    const line = async () => (await shownLines(workbench.page))[0];
    await expect.poll(line).toMatch(/^f\(a\S*░.*⋯ step \d+\/1000.*, 'xxx/);
    await runCommand(workbench.page, 'Unmask: Stop');
  });
  await unmask.phaseBecomes(workbench, 'stopped');
});

describe('accepting', () => {
  /** Where the cursors of each editor are that shows the document, the active one first; lines and columns from 1. */
  const cursors = () =>
    inExtensionHost(workbench, (vscode) => {
      const { activeTextEditor: active, visibleTextEditors: visible } = vscode.window;
      return [active, ...visible.filter((editor) => editor !== active)].map((editor) =>
        editor?.selections.map(({ anchor, active: { line, character } }) => ({
          line: line + 1,
          column: character + 1,
          selects: anchor.line !== line || anchor.character !== character,
        })),
      );
    });

  async function infilled(): Promise<string> {
    await select(workbench, at(9, 18), at(9, 34));
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    return fill;
  }

  /** Resolves when it is done, cursors included. */
  const accept = async () => {
    await inExtensionHost(workbench, async (vscode) => {
      await vscode.commands.executeCommand('unmask.accept');
    });
    expect(await unmask.phase(workbench)).toBe('accepted');
  };

  test('leaves a cursor alone that is elsewhere', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    await infilled();
    await placeCursor(workbench, at(5, 9));
    await accept();
    expect(await cursors()).toEqual([[{ line: 5, column: 9, selects: false }]]);
  });

  test('in one of two editors of a document leaves the fill selected in neither', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    await select(workbench, at(9, 18), at(9, 34));
    await runCommand(workbench.page, 'View: Split Editor Right');
    const inSecond = () =>
      inExtensionHost(workbench, ({ window }) => [
        window.visibleTextEditors.length,
        window.activeTextEditor?.viewColumn,
      ]);
    await expect.poll(inSecond).toEqual([2, 2]);
    const fill = await infilled();
    await accept();
    expect(await editorText(workbench)).toBe(
      replaced(files['stack.ts'], { 'this.items.pop()': fill }),
    );
    const lines = fill.split('\n');
    const end = {
      line: 9 + lines.length - 1,
      column: lines.length > 1 ? lines.at(-1)!.length + 1 : 18 + fill.length,
      selects: false,
    };
    await expect.poll(cursors).toEqual([[end], [end]]);
    await unmask.closeEditor(workbench);
  });

  test('in an editor that is read-only by its settings changes nothing, what is selected included', async () => {
    const readOnly = (files: Readonly<Record<string, boolean>>) =>
      inExtensionHost(
        workbench,
        (vscode, include) =>
          vscode.workspace
            .getConfiguration('files')
            .update('readonlyInclude', include, vscode.ConfigurationTarget.Global),
        files,
      );
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    const fill = await infilled();
    await readOnly({ '**/stack.ts': true });
    try {
      await unmask.spanAction(workbench.page, 'Accept').click();
      await unmask.notification(workbench.page, /takes no edits.*Writeable in Session/).waitFor();
      expect(await editorText(workbench)).toBe(files['stack.ts']);
      expect(await selectedTexts(workbench)).toEqual(['this.items.pop()']);
      await runCommand(workbench.page, 'File: Set Active Editor Writeable in Session');
      await accept();
    } finally {
      await readOnly({});
    }
    expect(await editorText(workbench)).toBe(
      replaced(files['stack.ts'], { 'this.items.pop()': fill }),
    );
  });

  test('knows its edit again where VS Code removes white space along with it', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    // The line break indents the new line, which VS Code takes back with the next edit elsewhere.
    await placeCursor(workbench, at(6, 4));
    await workbench.page.keyboard.press('Enter');
    await select(workbench, at(10, 18), at(10, 34));
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    const before = await editorText(workbench);
    await accept();
    const indented = /^ +\n/m;
    expect(before).toMatch(indented);
    expect(await editorText(workbench)).toBe(
      replaced(before.replace(indented, '\n'), { 'this.items.pop()': fill }),
    );
    expect(await selectedTexts(workbench)).toEqual(['']);
    await unmask.closeEditor(workbench);
  });

  test.each([
    ['while the fill is on its way', 0],
    ['before the extension host has heard of Tab', 700],
  ])('leaves what is typed %s behind the fill', async (_, busyMs) => {
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    const fill = await infilled();
    await acceptAndType(busyMs, '!!');
    const accepted = replaced(files['stack.ts'], { 'this.items.pop()': `${fill}!!` });
    await expect.poll(() => editorText(workbench)).toBe(accepted);
  });

  test('several fills leaves what is typed meanwhile behind each', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    await selectEach(workbench, [
      { from: at(5, 5), to: at(5, 27) },
      { from: at(9, 18), to: at(9, 34) },
    ]);
    const [push, pop] = await unmask.filled(workbench, 'Unmask: Infill Selection');
    await acceptAndType(700, '!!');
    const accepted = replaced(files['stack.ts'], {
      'this.items.push(item);': `${push}!!`,
      'this.items.pop()': `${pop}!!`,
    });
    await expect.poll(() => editorText(workbench)).toBe(accepted);
  });

  test('can be undone, and another run’s fill be accepted instead', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    const fill = await infilled();
    await unmask.configure(workbench, { seed: 4 });
    await unmask.startRun(workbench, 'Unmask: Run Again');
    await unmask.candidateWaits(workbench);
    await accept();
    const accepted = await editorText(workbench);
    await runCommand(workbench.page, 'Undo');
    await expect.poll(() => editorText(workbench)).toBe(files['stack.ts']);
    await unmask.phaseBecomes(workbench, 'undone');
    await runCommand(workbench.page, 'Redo');
    await expect.poll(() => editorText(workbench)).toBe(accepted);
    await unmask.phaseBecomes(workbench, 'accepted');
    await runCommand(workbench.page, 'Undo');
    await unmask.phaseBecomes(workbench, 'undone');
    await unmask.openPanel(workbench);
    const first = panelFrame(workbench.page).locator('.run-row', { hasText: 'Run 1' });
    await first.getByRole('button').first().click();
    await unmask.candidateWaits(workbench);
    await accept();
    expect(await editorText(workbench)).toBe(
      replaced(files['stack.ts'], { 'this.items.pop()': fill }),
    );
  });
});

describe('a selection that stands still', () => {
  /** Of the second line of `pop`, after which the model is loaded and nothing waits. */
  async function filledOnce(settings: Readonly<Record<string, unknown>> = {}): Promise<number> {
    await unmask.configure(workbench, {
      ...unmask.quickly,
      modelFolder: tinyAdaptedModel,
      encodeAhead: true,
      ...settings,
    });
    await openFile(workbench, 'stack.ts');
    await select(workbench, at(10, 9), at(10, 27));
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.candidateWaits(workbench);
    await runCommand(workbench.page, 'Unmask: Reject');
    await unmask.phaseBecomes(workbench, 'rejected');
    return (await unmask.contextsEncoded(workbench))!;
  }
  const encoded = () => unmask.contextsEncoded(workbench);

  test('has its context encoded, and a fill there begins at once', async () => {
    const before = await filledOnce();
    await select(workbench, at(5, 5), at(5, 26));
    await expect.poll(encoded).toBe(before + 1);
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.candidateWaits(workbench);
    const now = await unmask.state(workbench);
    expect(now?.trace?.timings).toMatchObject({ contextCached: true, encodeMs: 0 });
    expect(await encoded()).toBe(before + 1);
  });

  test('while a fill waits to be accepted, or the setting is off, costs nothing', async () => {
    const before = await filledOnce({ encodeAhead: false });
    const selectAndWait = async (line: number) => {
      await select(workbench, at(line, 1), at(line, 4));
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    };
    await selectAndWait(2);
    expect(await encoded()).toBe(before);

    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.candidateWaits(workbench);
    await unmask.configure(workbench, { encodeAhead: true });
    await selectAndWait(5);
    expect(await encoded()).toBe(before + 1);
  });
});

describe('infilling at the cursor', () => {
  const filledAtCursor = async () => {
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    await placeCursor(workbench, at(5, 27));
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill at Cursor');
    return fill;
  };

  test('inserts where the cursor was; Tab accepts, and is an ordinary Tab elsewhere', async () => {
    const fill = await filledAtCursor();

    await placeCursor(workbench, at(19, 2));
    await workbench.page.keyboard.press('Tab');
    const tabbed = files['stack.ts'].replace(/}\n$/, '} \n');
    await expect.poll(() => editorText(workbench)).toBe(tabbed);
    expect(await unmask.phase(workbench)).toBe('finished');

    await placeCursor(workbench, at(5, 27));
    await workbench.page.keyboard.press('Tab');
    await unmask.phaseBecomes(workbench, 'accepted');
    const accepted = replaced(tabbed, { 'push(item);': `push(item);${fill}` });
    expect(await editorText(workbench)).toBe(accepted);
  });

  test.each([
    ['on its line', 1, 12, 12],
    ['of several lines, beside the code', 7, 30, 5],
  ])(
    'a fill %s is told with its actions where the mouse is on it',
    async (_, seed, slots, column) => {
      await unmask.configure(workbench, { ...unmask.quickly, seed, slots });
      await openFile(workbench, 'stack.ts');
      await placeCursor(workbench, at(13, column));
      const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill at Cursor');
      expect(fill.includes('\n')).toBe(slots > 12);
      await unmask.spanAction(workbench.page, 'Accept').waitFor();
      await pointAtFill(workbench.page);
      const hover = workbench.page.locator('.monaco-hover').filter({ hasText: 'Compare' });
      await hover.getByText('Reject').click();
      await unmask.phaseBecomes(workbench, 'rejected');
    },
  );

  test('leaves what is typed right after Tab behind the fill', async () => {
    const fill = await filledAtCursor();
    await acceptAndType(700, '!!');
    const accepted = replaced(files['stack.ts'], { 'push(item);': `push(item);${fill}!!` });
    await expect.poll(() => editorText(workbench)).toBe(accepted);
  });

  test('inserts where a selection ends, also on the line behind the one that it selects', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    await select(workbench, at(4, 1), at(5, 1));
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill at Cursor');
    await workbench.page.keyboard.press('Tab');
    await unmask.phaseBecomes(workbench, 'accepted');
    const lines = files['stack.ts'].split('\n');
    const accepted = lines.with(4, `${fill}${lines[4]}`).join('\n');
    expect(await editorText(workbench)).toBe(accepted);
  });

  test('Tab and Escape are what they are where the keys of a candidate that is gone were left set', async () => {
    const leave = (set: boolean) =>
      inExtensionHost(
        workbench,
        async (vscode, value) => {
          for (const key of ['unmask.candidate', 'unmask.atSpan'])
            await vscode.commands.executeCommand('setContext', key, value);
        },
        set,
      );
    await openFile(workbench, 'stack.ts');
    await placeCursor(workbench, at(19, 2));
    await leave(true);
    await workbench.page.keyboard.press('Tab');
    const tabbed = files['stack.ts'].replace(/}\n$/, '} \n');
    await expect.poll(() => editorText(workbench)).toBe(tabbed);
    await select(workbench, at(9, 18), at(9, 34));
    await leave(true);
    await workbench.page.keyboard.press('Escape');
    await expect.poll(() => selectedTexts(workbench)).toEqual(['']);
    await leave(false);
  });

  test('Escape rejects', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    await placeCursor(workbench, at(5, 27));
    await unmask.startRun(workbench, 'Unmask: Infill at Cursor');
    await unmask.candidateWaits(workbench);
    await workbench.page.keyboard.press('Escape');
    await unmask.phaseBecomes(workbench, 'rejected');
    expect(await editorText(workbench)).toBe(files['stack.ts']);
  });

  test('works in a document that was never saved', async () => {
    await unmask.configure(workbench, unmask.quickly);
    await runCommand(workbench.page, 'File: New Untitled Text File');
    await workbench.page.keyboard.type('const x = ');
    const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill at Cursor');
    await runCommand(workbench.page, 'Unmask: Accept');
    await unmask.phaseBecomes(workbench, 'accepted');
    expect(await editorText(workbench)).toBe(`const x = ${fill}`);
  });
});

describe('rewriting a selection', () => {
  test('asks how strongly, and the trace says so', async () => {
    const { page } = workbench;
    await unmask.configure(workbench, unmask.quickly);
    await openFile(workbench, 'stack.ts');
    await select(workbench, at(9, 18), at(9, 34));
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
    await openFile(workbench, 'stack.ts');
    await select(workbench, at(9, 18), at(9, 34));
    await inExtensionHost(workbench, async (vscode) => {
      await vscode.commands.executeCommand('unmask.rewriteSelection', { strength: 0.01 });
    });
    await unmask.candidateWaits(workbench);
    expect(await unmask.candidate(workbench)).toEqual(['this.items.pop()']);
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
