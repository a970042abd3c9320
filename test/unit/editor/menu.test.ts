import { expect, test, vi } from 'vitest';
import type { RunOwner } from '../../../src/editor/run/runOwner';

interface Item {
  readonly label: string;
  readonly description?: string;
}
const vscode = vi.hoisted(() => ({
  items: [] as Item[],
  executed: [] as unknown[][],
  /** The beginning of what the user picks. */
  picks: '',
}));
vi.mock('vscode', () => ({
  QuickPickItemKind: { Separator: -1 },
  commands: { executeCommand: async (...command: unknown[]) => vscode.executed.push(command) },
  window: {
    showQuickPick: async (items: Item[]) => {
      vscode.items = items;
      return items.find(({ label }) => label.startsWith(vscode.picks));
    },
  },
}));
const { showMenu } = await import('../../../src/editor/menu');

const owner = (fills: readonly string[], leftOut: readonly number[] = []) =>
  ({
    fills,
    leftOut: new Set(leftOut),
    candidates: { count: 1, chosen: 0 },
    place: { ranges: fills.map((_, span) => ({ start: { line: 10 * span } })) },
  }) as unknown as RunOwner;

/** Of the candidate, as far as it is told apart from what can always be done. */
const offered = () =>
  vscode.items
    .slice(
      0,
      vscode.items.findIndex(({ label }) => label === ''),
    )
    .map(({ label, description }) => [label, ...(description ? [description] : [])].join(', '));

test('of a candidate for several spans each can be left out, or taken in again', async () => {
  vscode.picks = '$(add)';
  await showMenu(owner(['a = 1', 'b', 'c'], [1]));
  expect(offered()).toEqual([
    '$(check) Accept 2 of 3',
    '$(close) Reject All 3',
    '$(diff) Compare Candidate',
    '$(remove) Leave Out “a = 1”, line 1',
    '$(add) Take In “b”, line 11',
    '$(remove) Leave Out “c”, line 21',
    '$(refresh) Run Again',
  ]);
  expect(vscode.executed).toEqual([['unmask.leaveOut', 1, false]]);
});

test('of one for one span there is nothing to leave out', async () => {
  await showMenu(owner(['a']));
  expect(offered()).toEqual([
    '$(check) Accept',
    '$(close) Reject',
    '$(diff) Compare Candidate',
    '$(refresh) Run Again',
  ]);
});

test('where another run is looked at than the one whose candidate waits, it leads back to that', async () => {
  const showWaiting = vi.fn();
  vscode.picks = '$(reply) Show Waiting Candidate';
  await showMenu({ fills: null, waits: true, showWaiting } as unknown as RunOwner);
  expect(showWaiting).toHaveBeenCalledOnce();
});
