import { beforeEach, describe, expect, test } from 'vitest';
import { inExtensionHost } from './harness/bridge';
import {
  at,
  editorText,
  openFile,
  placeCursor,
  select,
  selectedTexts,
  setText,
} from './harness/editor';
import { runCommand } from './harness/palette';
import { pop } from './pop';
import * as unmask from './unmask';
import { files, replaced } from './workspace';

const workbench = unmask.useUnmask();

beforeEach(() => unmask.closeEditor(workbench));

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
    await select(workbench, pop.from, pop.to);
    await leave(true);
    await workbench.page.keyboard.press('Escape');
    await expect.poll(() => selectedTexts(workbench)).toEqual(['']);
    await leave(false);
  });

  test('Escape rejects', async () => {
    await filledAtCursor();
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

  test('refuses a read-only document, before it does anything', async () => {
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
});

describe('holes', () => {
  const marked = replaced(files['stack.ts'], {
    'this.items.push(item)': '[MASK]',
    [pop.text]: '[MASK]',
  });
  beforeEach(() => openFile(workbench, 'stack.ts'));

  test('are filled together, all of the file, and accepted with Tab', async () => {
    await setText(workbench, marked);
    await unmask.configure(workbench, unmask.quickly);
    const [push, popped] = await unmask.filled(workbench, 'Unmask: Fill All Holes in File');
    await workbench.page.keyboard.press('Tab');
    await unmask.phaseBecomes(workbench, 'accepted');
    const filled = marked.replace('[MASK]', () => push!).replace('[MASK]', () => popped!);
    expect(await editorText(workbench)).toBe(filled);
    await setText(workbench, files['stack.ts']);
    await runCommand(workbench.page, 'Unmask: Fill All Holes in File');
    await unmask.notification(workbench.page, /Write \[MASK\] in this file/).waitFor();
    await runCommand(workbench.page, 'File: Revert File');
  });

  test('that were left out come after all others, also after runs in between', async () => {
    await setText(workbench, 'f([MASK]);\n'.repeat(9));
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

  test('are filled one by one from their light bulbs, and the others stay', async () => {
    const { page } = workbench;
    await setText(workbench, marked);
    await unmask.configure(workbench, unmask.quickly);
    await placeCursor(workbench, at(9, 20));
    await page.keyboard.press('Control+.');
    // VS Code keeps the mouse from what its list shows.
    await page.locator('.action-widget .focused').getByText('Unmask: Fill Hole').waitFor();
    await page.keyboard.press('Enter');
    await unmask.candidateWaits(workbench);
    const [popped, ...others] = await unmask.candidate(workbench);
    expect(others).toEqual([]);
    await runCommand(page, 'Unmask: Accept');
    await unmask.phaseBecomes(workbench, 'accepted');
    expect(await editorText(workbench)).toBe(marked.replace(/(?<=item = )\[MASK\]/, () => popped!));
    await runCommand(page, 'File: Revert File');
  });
});
