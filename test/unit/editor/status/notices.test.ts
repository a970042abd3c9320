import { beforeEach, expect, test, vi } from 'vitest';

const vscode = vi.hoisted(() => ({
  said: [] as unknown[][],
  executed: [] as unknown[][],
}));
vi.mock('vscode', () => {
  /** A user who presses the first button that a message has. */
  const show = async (...said: unknown[]) => {
    vscode.said.push(said);
    return said[1];
  };
  return {
    commands: { executeCommand: async (...command: unknown[]) => vscode.executed.push(command) },
    window: {
      showInformationMessage: show,
      showWarningMessage: show,
      showErrorMessage: show,
    },
  };
});
const { Notices } = await import('../../../../src/editor/status/notices');

beforeEach(() => {
  vscode.said.length = 0;
  vscode.executed.length = 0;
});

test('whoever edits what is being filled can run again from the message; not where the document is gone', async () => {
  const notices = new Notices();
  notices.abandoned('edited', true);
  await expect.poll(() => vscode.executed).toEqual([['unmask.runAgain']]);
  notices.abandoned('closed', false);
  expect(vscode.said).toEqual([
    [expect.stringContaining('edited, so the candidate was discarded'), 'Run Again'],
    [expect.stringContaining('closed, so the run was stopped')],
  ]);
});

test('a candidate that could not be put into its document comes with what to do then', () => {
  const notices = new Notices();
  notices.notApplied('a.ts:1', 'refused');
  notices.notApplied('a.ts:1', 'overtaken');
  expect(vscode.said).toEqual([
    [expect.stringMatching(/into a\.ts:1: .*Writeable in Session.*accept again\.$/)],
    [expect.stringMatching(/into a\.ts:1: .*Accept again once/)],
  ]);
});

test('a candidate that gives way to one elsewhere can be shown again from the message', async () => {
  const showAgain = vi.fn();
  new Notices().gaveWay('a.ts:1', showAgain);
  await expect.poll(() => showAgain.mock.calls).toHaveLength(1);
  expect(vscode.said).toEqual([
    [expect.stringContaining('for a.ts:1 gives way to another, neither'), 'Show It Again'],
  ]);
});

test('a candidate whose document was closed can be shown again, where that can be opened', async () => {
  const showAgain = vi.fn();
  new Notices().abandoned('closed', true, showAgain);
  await expect.poll(() => showAgain.mock.calls).toHaveLength(1);
  expect(vscode.said).toEqual([[expect.stringContaining('was closed'), 'Show It Again']]);
});

test('of holes that a run leaves it is told in words that stay true where some fills are left out', () => {
  new Notices().moreHoles(4, 6);
  expect(vscode.said).toEqual([
    ['This run fills 4 of 6 holes. Accept, and run this once more for those that are left.'],
  ]);
});

test('a failed run can be tried again, but not where the same request would fail again', () => {
  const notices = new Notices();
  notices.failed('The engine died.');
  notices.failed('The model is damaged.', 'chosenModel');
  notices.failed('Select less.', 'request');
  expect(vscode.said).toEqual([
    ['The engine died.', 'Run Again', 'Show Log'],
    ['The model is damaged.', 'Select Model', 'Run Again', 'Show Log'],
    ['Select less.', 'Show Log'],
  ]);
});
