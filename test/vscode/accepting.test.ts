import { expect, test } from 'vitest';
import { inExtensionHost } from './harness/bridge';
import { at, editorText, placeCursor, select, selectEach, selectedTexts } from './harness/editor';
import { runCommand } from './harness/palette';
import { panelFrame } from './harness/panel';
import { infilled, pop, usePop, withPop } from './pop';
import * as unmask from './unmask';
import { files, replaced } from './workspace';

const workbench = unmask.useUnmask();
usePop(workbench);

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

/** Resolves when it is done, cursors included. */
const accept = async () => {
  await inExtensionHost(workbench, async (vscode) => {
    await vscode.commands.executeCommand('unmask.accept');
  });
  expect(await unmask.phase(workbench)).toBe('accepted');
};

test('a cursor that is elsewhere is left alone', async () => {
  await infilled(workbench);
  await placeCursor(workbench, at(5, 9));
  await accept();
  expect(await cursors()).toEqual([[{ line: 5, column: 9, selects: false }]]);
});

test('in one of two editors of a document, the fill is left selected in neither', async () => {
  await runCommand(workbench.page, 'View: Split Editor Right');
  const inSecond = () =>
    inExtensionHost(workbench, ({ window }) => [
      window.visibleTextEditors.length,
      window.activeTextEditor?.viewColumn,
    ]);
  await expect.poll(inSecond).toEqual([2, 2]);
  await select(workbench, pop.from, pop.to);
  const fill = await infilled(workbench);
  await accept();
  expect(await editorText(workbench)).toBe(withPop(fill));
  const lines = fill.split('\n');
  const end = {
    line: 9 + lines.length - 1,
    column: lines.length > 1 ? lines.at(-1)!.length + 1 : 18 + fill.length,
    selects: false,
  };
  await expect.poll(cursors).toEqual([[end], [end]]);
  await unmask.closeEditor(workbench);
});

test('in an editor that is read-only by its settings nothing changes, what is selected included', async () => {
  const readOnly = (files: Readonly<Record<string, boolean>>) =>
    inExtensionHost(
      workbench,
      (vscode, include) =>
        vscode.workspace
          .getConfiguration('files')
          .update('readonlyInclude', include, vscode.ConfigurationTarget.Global),
      files,
    );
  const fill = await infilled(workbench);
  await readOnly({ '**/stack.ts': true });
  try {
    await unmask.spanAction(workbench.page, 'Accept').click();
    await unmask.notification(workbench.page, /takes no edits.*Writeable in Session/).waitFor();
    expect(await editorText(workbench)).toBe(files['stack.ts']);
    expect(await selectedTexts(workbench)).toEqual([pop.text]);
    await runCommand(workbench.page, 'File: Set Active Editor Writeable in Session');
    await accept();
  } finally {
    await readOnly({});
  }
  expect(await editorText(workbench)).toBe(withPop(fill));
});

test('the edit is known again where VS Code removes white space along with it', async () => {
  await unmask.configure(workbench, unmask.quickly);
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
    replaced(before.replace(indented, '\n'), { [pop.text]: fill }),
  );
  expect(await selectedTexts(workbench)).toEqual(['']);
  await unmask.closeEditor(workbench);
});

test.each([
  ['while the fill is on its way', 0],
  ['before the extension host has heard of Tab', 700],
])('what is typed %s is left behind the fill', async (_, busyMs) => {
  const fill = await infilled(workbench);
  await acceptAndType(busyMs, '!!');
  const accepted = withPop(`${fill}!!`);
  await expect.poll(() => editorText(workbench)).toBe(accepted);
});

test('of several fills, what is typed meanwhile is left behind each', async () => {
  await unmask.configure(workbench, unmask.quickly);
  await selectEach(workbench, [{ from: at(5, 5), to: at(5, 27) }, pop]);
  const [push, popped] = await unmask.filled(workbench, 'Unmask: Infill Selection');
  await acceptAndType(700, '!!');
  const accepted = replaced(files['stack.ts'], {
    'this.items.push(item);': `${push}!!`,
    [pop.text]: `${popped}!!`,
  });
  await expect.poll(() => editorText(workbench)).toBe(accepted);
});

test('what is typed right after Tab at a cursor is left behind the fill', async () => {
  await unmask.configure(workbench, unmask.quickly);
  await placeCursor(workbench, at(5, 27));
  const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill at Cursor');
  await acceptAndType(700, '!!');
  const accepted = replaced(files['stack.ts'], { 'push(item);': `push(item);${fill}!!` });
  await expect.poll(() => editorText(workbench)).toBe(accepted);
});

test('one of several fills can be left out: its code stays as it is', async () => {
  await unmask.configure(workbench, unmask.quickly);
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

test('accepting can be undone, and another run’s fill be accepted instead', async () => {
  const fill = await infilled(workbench);
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
  expect(await editorText(workbench)).toBe(withPop(fill));
});
