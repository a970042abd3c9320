import { expect, test } from 'vitest';
import { inExtensionHost } from './harness/bridge';
import { activeEditor, editorText, openFile, placeCursor } from './harness/editor';
import * as unmask from './unmask';
import { files } from './workspace';

const workbench = unmask.useUnmask();

test('fills are offered as ghost text where the user wants that, and Tab takes one', async () => {
  const ghost = activeEditor(workbench.page).locator('.ghost-text, .ghost-text-decoration');
  const ask = () =>
    inExtensionHost(
      workbench,
      (vscode) => void vscode.commands.executeCommand('editor.action.inlineSuggest.trigger'),
    );
  await unmask.configure(workbench, { ...unmask.quickly, inlineCompletions: true });
  await openFile(workbench, 'stack.ts');
  await placeCursor(workbench, { line: 9, column: 18 });
  // What is asked for while the model is being loaded may have been given up by the time that it is there.
  const comes = async () => {
    await ask();
    return ghost
      .first()
      .waitFor({ timeout: 3_000 })
      .then(
        () => true,
        () => false,
      );
  };
  await expect.poll(comes, { timeout: 30_000 }).toBe(true);
  expect(await editorText(workbench)).toBe(files['stack.ts']);
  expect(await unmask.phase(workbench)).toBe('idle');
  // The model was loaded for that alone.
  expect(await unmask.statusText(workbench.page)).toContain('unmask-tiny · cpu');
  await workbench.page.keyboard.press('Tab');
  await expect.poll(() => editorText(workbench)).not.toBe(files['stack.ts']);
  const [before, after] = files['stack.ts'].split(/(?=this\.items\.pop)/) as [string, string];
  const text = await editorText(workbench);
  expect(text.startsWith(before)).toBe(true);
  expect(text.endsWith(after)).toBe(true);
  await unmask.configure(workbench, { inlineCompletions: false });
});
