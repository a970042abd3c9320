import { beforeEach, expect, test, vi } from 'vitest';
import type { Settings } from '../../../src/editor/settings/settings';

const asked = 1;
const byItself = 2;
const shown = vi.hoisted(() => ({ editor: undefined as unknown, permissions: 0 }));
vi.mock('vscode', () => ({
  CodeAction: class {
    constructor(
      readonly title: string,
      readonly kind: string,
    ) {}
  },
  CodeActionKind: { QuickFix: 'quickfix', RefactorRewrite: 'refactor.rewrite' },
  CodeActionTriggerKind: { Invoke: 1, Automatic: 2 },
  FilePermission: { Readonly: 1 },
  languages: { registerCodeActionsProvider: () => ({}) },
  window: {
    get activeTextEditor() {
      return shown.editor;
    },
  },
  workspace: { fs: { isWritableFileSystem: () => true, stat: async () => shown } },
}));
const { CodeActions } = await import('../../../src/editor/codeActions');

/** Of which positions are offsets, and all in one line. */
const document = {
  uri: { scheme: 'file' },
  text: '',
  getText: vi.fn(() => document.text),
  lineAt: () => ({ text: document.text, range: { start: 0 } }),
  offsetAt: (offset: number) => offset,
};
const actions = new CodeActions({ holeMarker: () => '[MASK]' } as Settings);

async function offered(
  start: number,
  end: number,
  triggerKind: number,
  at = start,
  others: readonly number[] = [],
) {
  const range = { start, end, active: end, isEmpty: start === end };
  const selection = { ...range, isEqual: () => at === start };
  shown.editor = {
    document,
    selection,
    selections: [selection, ...others.map((active) => ({ active }))],
  };
  const found = await actions.provideCodeActions(
    document as never,
    range as never,
    { triggerKind } as never,
  );
  return found.map(({ title, kind, command }) => [title, kind, command?.command]);
}

const hole = [['Unmask: Fill Hole', 'quickfix', 'unmask.infillAtCursor']];
const holes = [...hole, ['Unmask: Fill All Holes in File', 'quickfix', 'unmask.fillHoles']];
const selection = [
  ['Unmask: Infill Selection', 'refactor.rewrite', 'unmask.infillSelection'],
  ['Unmask: Rewrite Selection…', 'refactor.rewrite', 'unmask.rewriteSelection'],
];

beforeEach(() => {
  document.text = 'a = [MASK];';
  vi.clearAllMocks();
});

test('a hole has a light bulb, a selection actions only for who asks for them', async () => {
  expect(await offered(6, 6, byItself)).toEqual(hole);
  expect(await offered(0, 1, asked)).toEqual(selection);
  expect(await offered(0, 1, byItself)).toEqual([]);
  expect(await offered(1, 1, asked)).toEqual([]);
});

test('where only some of several cursors are at holes, nothing is offered: the others would be filled at too', async () => {
  expect(await offered(6, 6, byItself, 6, [0])).toEqual([]);
  expect(await offered(6, 6, byItself, 6, [7])).toEqual(hole);
});

test('where there are several holes, all can be filled', async () => {
  document.text = 'a = [MASK] + [MASK];';
  expect(await offered(6, 6, byItself)).toEqual(holes);
});

test('the whole document is not read at every move of the cursor, but only at a hole', async () => {
  await offered(1, 1, byItself);
  expect(document.getText).not.toHaveBeenCalled();
  await offered(6, 6, byItself);
  expect(document.getText).toHaveBeenCalled();
});

test('nothing is offered elsewhere than at the cursor, nor where nothing can be written', async () => {
  expect(await offered(6, 6, byItself, 0)).toEqual([]);
  shown.permissions = 1;
  expect(await offered(6, 6, byItself)).toEqual([]);
  shown.permissions = 0;
});
