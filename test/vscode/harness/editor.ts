import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { inExtensionHost } from './bridge';
import { answer } from './palette';
import type { Workbench } from './workbench';

/** A place in a document; line and column count from 1, as the status bar shows them. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export const at = (line: number, column: number): Place => ({ line, column });

/** A column past the end of any line; VS Code takes it for the end. */
const endOfLine = 1_000_000;

/** The text area of the editor that has the focus. */
export const activeEditor = (page: Page): Locator =>
  page.locator('.editor-group-container.active .monaco-editor[role="code"]').first();

/** Opens a file of the workspace through Quick Open and waits for its text. */
export async function openFile(workbench: Workbench, file: string): Promise<void> {
  const { page } = workbench;
  const quickOpen = page.locator('.quick-input-widget');
  const tab = page.locator(`.tab.active[data-resource-name="${path.basename(file)}"]`);
  // Quick Open closes by itself when something else takes the focus, as a workbench that is still starting does.
  for (let patience = 3; ; patience--) {
    try {
      await page.keyboard.press('Control+P');
      await quickOpen.locator('input').first().fill(file, { timeout: 10_000 });
      const option = quickOpen.getByRole('option', { name: path.basename(file) }).first();
      await option.click({ timeout: 10_000 });
      break;
    } catch (error) {
      if (patience === 0) throw error;
    }
  }
  await tab.waitFor();
  await activeEditor(page).locator('.view-line').first().waitFor();
  // The extension host hears of it later than the page shows it.
  await inExtensionHost(
    workbench,
    async (vscode, name) => {
      const isActive = () => vscode.window.activeTextEditor?.document.uri.path.endsWith(name);
      for (let patience = 100; !isActive() && patience > 0; patience--)
        await new Promise((resolve) => setTimeout(resolve, 50));
    },
    `/${path.basename(file)}`,
  );
}

/** Puts the cursor somewhere in the active editor. */
export async function placeCursor(workbench: Workbench, { line, column }: Place): Promise<void> {
  const { page } = workbench;
  await page.keyboard.press('Control+G');
  await answer(page, `:${line}:${column}`);
  await selectionReaches(workbench, { line, column }, { line, column });
}

/** Selects from one place to another in the active editor, with the keyboard. */
export async function select(workbench: Workbench, from: Place, to: Place): Promise<void> {
  const { page } = workbench;
  await placeCursor(workbench, from);
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Control+B');
  await placeCursor(workbench, to);
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Control+K');
  await selectionReaches(workbench, from, to);
}

/** Selects whole lines, without the line break after the last one. */
export async function selectLines(
  workbench: Workbench,
  first: number,
  last: number,
): Promise<void> {
  const { page } = workbench;
  await placeCursor(workbench, { line: first, column: 1 });
  for (let line = first; line < last; line++) await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+End');
  await selectionReaches(workbench, { line: first, column: 1 }, { line: last, column: endOfLine });
}

/** The page tells the extension host of a selection after the fact; commands must not run before. */
async function selectionReaches(workbench: Workbench, from: Place, to: Place): Promise<void> {
  await inExtensionHost(
    workbench,
    async (vscode, wanted) => {
      const isThere = () => {
        const editor = vscode.window.activeTextEditor;
        if (editor === undefined) return false;
        const at = ({ line, column }: Place) =>
          editor.document.validatePosition(new vscode.Position(line - 1, column - 1));
        return editor.selection.isEqual(new vscode.Selection(at(wanted.from), at(wanted.to)));
      };
      for (let waited = 0; !isThere(); waited += 10) {
        if (waited > 3_000)
          throw new Error(`the selection did not reach ${JSON.stringify(wanted)}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    { from, to },
  );
  await contextKeysReach(workbench);
}

/** Extensions hear of what has just happened and may set context keys: a key set after theirs is set once theirs are. */
export function contextKeysReach(workbench: Workbench): Promise<void> {
  return inExtensionHost(workbench, async (vscode) => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await vscode.commands.executeCommand('setContext', 'harness.reached', true);
  });
}

/** Makes several selections at once, which no keyboard can do anywhere in a file. */
export async function selectEach(
  workbench: Workbench,
  ranges: readonly { readonly from: Place; readonly to: Place }[],
): Promise<void> {
  await inExtensionHost(
    workbench,
    (vscode, wanted) => {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined) throw new Error('no text editor is active');
      const at = ({ line, column }: Place) => new vscode.Position(line - 1, column - 1);
      editor.selections = wanted.map(({ from, to }) => new vscode.Selection(at(from), at(to)));
    },
    ranges,
  );
}

/** The exact text of the active editor's document, line endings included. */
export function editorText(workbench: Workbench): Promise<string> {
  return inExtensionHost(workbench, (vscode) => {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) throw new Error('no text editor is active');
    return editor.document.getText();
  });
}

/** Replaces text of the active document as another extension would, at offsets of the present text. */
export function edit(
  workbench: Workbench,
  changes: readonly { readonly at: number; readonly removed: number; readonly text: string }[],
): Promise<void> {
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

/** The same, of all of its text. */
export async function setText(workbench: Workbench, text: string): Promise<void> {
  const { length } = await editorText(workbench);
  await edit(workbench, [{ at: 0, removed: length, text }]);
}

/** Whether the active editor's document differs from its file. */
export function isDirty(workbench: Workbench): Promise<boolean> {
  return inExtensionHost(
    workbench,
    (vscode) => vscode.window.activeTextEditor?.document.isDirty === true,
  );
}

/** Closes all editors of the active group without saving, and without being asked. */
export function closeEditors(workbench: Workbench): Promise<void> {
  return inExtensionHost(workbench, async (vscode) => {
    while (vscode.window.tabGroups.activeTabGroup.tabs.length > 0)
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
}

/** The text selected in the active editor, one entry a selection. */
export function selectedTexts(workbench: Workbench): Promise<string[]> {
  return inExtensionHost(workbench, (vscode) => {
    const editor = vscode.window.activeTextEditor;
    return editor?.selections.map((selection) => editor.document.getText(selection)) ?? [];
  });
}

/** What a file of the workspace holds on disk. */
export function fileOnDisk({ folders }: Workbench, file: string): Promise<string> {
  return readFile(path.join(folders.workspace, file), 'utf8');
}

/** The lines that the active editor shows, with the text that decorations add (ghost text, counters). */
export async function shownLines(page: Page): Promise<string[]> {
  const lines = await activeEditor(page)
    .locator('.view-lines > .view-line')
    .evaluateAll((elements) => {
      const added = (element: Element, place: '::before' | '::after') => {
        const { content } = getComputedStyle(element, place);
        return content.startsWith('"') ? content.slice(1, -1) : '';
      };
      const shown = (node: Node): string => {
        if (!(node instanceof Element)) return node.textContent ?? '';
        const inside = [...node.childNodes].map(shown).join('');
        return added(node, '::before') + inside + added(node, '::after');
      };
      return elements
        .map((element) => ({ top: element.getBoundingClientRect().top, text: shown(element) }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text);
    });
  return lines.map((line) => line.replaceAll('\u00a0', ' '));
}
