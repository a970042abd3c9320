import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { inExtensionHost } from './harness/bridge';
import {
  activeEditor,
  at,
  openFile,
  placeCursor,
  select,
  selectEach,
  selectedTexts,
  shownLines,
} from './harness/editor';
import { runCommand } from './harness/palette';
import { screenshot } from './harness/screenshots';
import { infilled, openPop, pop } from './pop';
import * as unmask from './unmask';

const workbench = unmask.useUnmask();

beforeEach(() => unmask.closeEditor(workbench));

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
  const setEditor = (key: string, value: string | number | undefined) =>
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
    await select(workbench, pop.from, pop.to);
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

  test('where the column at which they wrap changes meanwhile', async () => {
    await openPop(workbench);
    await setEditor('wordWrap', 'wordWrapColumn');
    await setEditor('wordWrapColumn', 120);
    try {
      await unmask.configure(workbench, { ...unmask.quickly, steps: 16, slots: 32, seed: 7 });
      await unmask.filled(workbench, 'Unmask: Infill Selection');
      const shown = async () => (await shownLines(workbench.page)).join('\n');
      expect(await shown()).not.toContain('lines — Compare');
      await setEditor('wordWrapColumn', 60);
      await expect.poll(shown).toContain('lines — Compare');
    } finally {
      await setEditor('wordWrap', undefined);
      await setEditor('wordWrapColumn', undefined);
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

test('a candidate is read out while the panel is closed, where the user says that there is a screen reader', async () => {
  const support = (value: 'on' | undefined) =>
    inExtensionHost(
      workbench,
      (vscode, support) =>
        vscode.workspace
          .getConfiguration('editor')
          .update('accessibilitySupport', support ?? undefined, vscode.ConfigurationTarget.Global),
      value ?? null,
    );
  await openPop(workbench);
  await support('on');
  await infilled(workbench);
  const readOut = () => workbench.page.locator('.monaco-aria-container').textContent();
  await expect.poll(readOut).toMatch(/Unmask: finished, \d+ lines?\. Accept/);
  await support(undefined);
  await runCommand(workbench.page, 'Unmask: Reject');
});
