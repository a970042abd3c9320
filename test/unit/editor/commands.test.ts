import { beforeEach, expect, test, vi } from 'vitest';
import packageJson from '../../../package.json';
import type { CommandParts } from '../../../src/editor/commands';
import type { Span } from '../../../src/editor/span/spans';

const vscode = vi.hoisted(() => ({
  registered: new Map<string, (argument?: unknown) => unknown>(),
  executed: [] as string[],
  /** Arguments of the command carried out last. */
  given: [] as unknown[],
  workspaceValue: undefined as unknown,
  /** What happens while VS Code carries out the commands that it is asked for. */
  meanwhile: () => {},
  editor: undefined as unknown,
  notebooks: [] as unknown[],
  strength: undefined as unknown,
}));

vi.mock('vscode', () => ({
  commands: {
    registerCommand: (name: string, run: (argument?: unknown) => unknown) =>
      vscode.registered.set(name, run),
    executeCommand: async (name: string, ...given: unknown[]) => {
      vscode.executed.push(name);
      vscode.given = given;
      vscode.meanwhile();
    },
  },
  window: {
    get activeTextEditor() {
      return vscode.editor;
    },
  },
  workspace: {
    fs: { isWritableFileSystem: () => undefined },
    getConfiguration: () => ({ inspect: () => ({ workspaceValue: vscode.workspaceValue }) }),
    get notebookDocuments() {
      return vscode.notebooks;
    },
  },
  Disposable: { from: () => ({ dispose: () => {} }) },
  FilePermission: { Readonly: 1 },
  Uri: class {
    constructor(
      readonly scheme: string,
      readonly query: string,
    ) {}
  },
  EventEmitter: class {},
  Selection: class {
    constructor(
      readonly anchor: number,
      readonly active: number,
    ) {}
  },
}));
vi.mock('../../../src/editor/span/strength', () => ({ askStrength: async () => vscode.strength }));

const { registerCommands } = await import('../../../src/editor/commands');

const document = {
  text: 'let answer = 42;',
  isClosed: false,
  uri: { scheme: 'untitled' },
  getText: () => document.text,
  offsetAt: (offset: number) => offset,
  positionAt: (offset: number) => offset,
};

/** Selects a text of the document, wherever it stands by now. */
function select(text: string) {
  vscode.editor = {
    document,
    get selections() {
      const start = document.text.indexOf(text);
      return [{ start, end: start + text.length, active: start, isEmpty: text === '' }];
    },
  };
}

const started: string[][] = [];
const owner = {
  candidate: null as string[] | null,
  place: null as { document: unknown } | null,
  waits: false,
  stoppable: false,
  running: false,
  accept: () => accepting(),
  reject: () => rejecting(),
  stop: () => stopping(),
  start: async ({ text }: typeof document, spans: readonly Span[]) =>
    started.push(spans.map(({ start, end }) => text.slice(start, end))),
};
const [accepting, rejecting, stopping] = [vi.fn(), vi.fn(), vi.fn()];
const notices = {
  noEditor: vi.fn(),
  nothingSelected: vi.fn(),
  readOnly: vi.fn(),
  noHoles: vi.fn(),
  moreHoles: vi.fn(),
  otherCells: vi.fn(),
  onlyOtherCells: vi.fn(),
  waitsUnseen: vi.fn<(place: string, show: () => unknown) => void>(),
};
/** Holes that are left for last. */
let held: readonly Span[] = [];
const heldBack = { in: () => held };
const settings = { holeMarker: () => '[MASK]' };

const run = (name: string, argument?: unknown) =>
  vscode.registered.get(`unmask.${name}`)!(argument);

beforeEach(() => {
  registerCommands({ owner, heldBack, notices, settings } as unknown as CommandParts);
  Object.assign(document, { text: 'let answer = 42;', isClosed: false });
  const idle = { candidate: null, waits: false, stoppable: false, running: false, place: null };
  Object.assign(owner, idle);
  Object.assign(vscode, { executed: [], meanwhile: () => {}, notebooks: [], strength: undefined });
  started.length = 0;
  held = [];
  vi.clearAllMocks();
  select('42');
});

test('a comparison accepts and rejects the candidate that it shows, and no other', async () => {
  const { Uri } = (await import('vscode')) as unknown as {
    Uri: new (scheme: string, query: string) => unknown;
  };
  const shown = (of: string) => new Uri('unmask-candidate', of);
  const present = { ...document, uri: { toString: () => 'file:///a.ts' } };
  Object.assign(owner, { candidate: ['43'], place: { document: present } });
  for (const name of ['acceptCompared', 'rejectCompared']) {
    await run(name, shown('file:///b.ts'));
    expect([accepting, rejecting].flatMap(({ mock }) => mock.calls)).toEqual([]);
  }
  await run('acceptCompared', shown('file:///a.ts'));
  await run('rejectCompared', shown('file:///a.ts'));
  expect(accepting).toHaveBeenCalledOnce();
  expect(rejecting).toHaveBeenCalledOnce();
});

test('an edit that comes while the tab is being kept does not move the spans off what is selected', async () => {
  vscode.meanwhile = () => {
    document.text = `// above\n${document.text}`;
  };
  await run('infillSelection');
  await run('rewriteSelection', { strength: 0.5 });
  expect(started).toEqual([['42'], ['42']]);
});

test('nothing starts in a document that is closed while its tab is being kept', async () => {
  vscode.meanwhile = () => {
    document.isClosed = true;
  };
  await run('infillSelection');
  expect(started).toEqual([]);
  expect(notices.noEditor).toHaveBeenCalledOnce();
});

test('a preview stays one where the question for the strength is cancelled', async () => {
  await run('rewriteSelection');
  expect(vscode.executed).toEqual([]);
  vscode.strength = 0.5;
  await run('rewriteSelection');
  expect(vscode.executed).toEqual(['workbench.action.keepEditor']);
  expect(started).toEqual([['42']]);
});

test('the key by which a candidate is accepted does what it would have done where none waits', async () => {
  const { args } = packageJson.contributes.keybindings.find(({ key }) => key === 'tab')!;
  await run('accept', args);
  expect(vscode.executed).toEqual(['tab']);
  // Not so what says that it accepts, such as the row above a span when it is pressed too late.
  await run('accept');
  expect(vscode.executed).toEqual(['tab']);
  owner.candidate = ['43'];
  accepting.mockClear();
  await run('accept', args);
  expect(accepting).toHaveBeenCalledOnce();
  expect(vscode.executed).toEqual(['tab']);
});

test('Tab does nothing to what is being filled', async () => {
  const { args } = packageJson.contributes.keybindings.findLast(({ key }) => key === 'tab')!;
  const [accept] = args!.commands as unknown as [{ readonly args: unknown }];
  owner.running = true;
  await run('accept', accept.args);
  // Finished since: nobody has seen it.
  Object.assign(owner, { running: false, candidate: ['43'] });
  await run('accept', accept.args);
  expect(vscode.executed).toEqual([]);
  expect(accepting).not.toHaveBeenCalled();
  owner.candidate = null;
  await run('accept', accept.args);
  expect(vscode.executed).toEqual(['tab']);
});

test('all holes are filled together, with the cursor at the first; of many only so many', async () => {
  document.text = 'f([MASK], [MASK]) + [MASK]';
  await run('fillHoles');
  expect(started).toEqual([['[MASK]', '[MASK]', '[MASK]']]);
  expect(vscode.editor).toMatchObject({ selection: { anchor: 2, active: 2 } });
  expect(notices.moreHoles).not.toHaveBeenCalled();
  document.text = '[MASK] '.repeat(11);
  await run('fillHoles');
  expect(started[1]).toHaveLength(4);
  expect(notices.moreHoles).toHaveBeenCalledWith(4, 11);
  document.text = 'none';
  await run('fillHoles');
  expect(started).toHaveLength(2);
  expect(notices.noHoles).toHaveBeenCalledWith('[MASK]');
});

test('holes that were left out of what was accepted have their turn again after the others', async () => {
  const holes = (count: number) =>
    Array.from({ length: count }, (_, hole) => ({ start: 7 * hole, end: 7 * hole + 6 }));
  const starts: number[][] = [];
  const start = vi
    .spyOn(owner, 'start')
    .mockImplementation(async (_, spans) => starts.push(spans.map(({ start }) => start)));
  document.text = '[MASK] '.repeat(6);
  held = [...holes(1), { start: 8, end: 8 }];
  await run('fillHoles');
  expect(vscode.editor).toMatchObject({ selection: { anchor: 7, active: 7 } });
  document.text = '[MASK] '.repeat(2);
  await run('fillHoles');
  expect(notices.moreHoles.mock.calls).toEqual([
    [4, 6],
    [1, 2],
  ]);
  held = holes(2);
  await run('fillHoles');
  expect(starts).toEqual([[7, 14, 21, 28], [7], [0, 7]]);
  start.mockRestore();
});

test('of a notebook, it is said where other cells have holes, and where only they do', async () => {
  const cells = [{ document }, { document: { getText: () => '[MASK]' } }];
  vscode.notebooks = [{ getCells: () => cells }];
  document.text = 'f([MASK])';
  await run('fillHoles');
  expect(notices.otherCells).toHaveBeenCalledOnce();
  document.text = 'f()';
  await run('fillHoles');
  expect(notices.onlyOtherCells).toHaveBeenCalledOnce();
  expect(notices.noHoles).not.toHaveBeenCalled();
  expect(started).toEqual([['[MASK]']]);
});

test('what is pressed too late to decide on a candidate says so, and leads back to it', async () => {
  const showWaiting = vi.fn();
  const place = { document, label: 'a.ts:3' };
  Object.assign(owner, { waits: true, place, showWaiting });
  for (const name of ['accept', 'reject', 'leaveOut', 'nextCandidate', 'compare']) await run(name);
  expect(accepting).not.toHaveBeenCalled();
  expect(notices.waitsUnseen.mock.calls.map(([of]) => of)).toEqual(Array(5).fill('a.ts:3'));
  notices.waitsUnseen.mock.calls[0]![1]();
  expect(showWaiting).toHaveBeenCalledOnce();
  // Pressed twice, it has been accepted by then.
  owner.waits = false;
  await run('accept');
  expect(notices.waitsUnseen).toHaveBeenCalledTimes(5);
});

test('Escape does what it does in an editor where nothing is left to be rejected or stopped', async () => {
  const argsOf = (command: string) =>
    packageJson.contributes.keybindings.find(
      (binding) => binding.key === 'escape' && binding.command === command,
    )!.args;
  await run('reject', argsOf('unmask.reject'));
  await run('stop', argsOf('unmask.stop'));
  expect(vscode.executed).toEqual(['cancelSelection', 'cancelSelection']);
  Object.assign(owner, { candidate: ['43'], stoppable: true });
  await run('reject', argsOf('unmask.reject'));
  await run('stop', argsOf('unmask.stop'));
  expect(vscode.executed).toHaveLength(2);
  expect(rejecting).toHaveBeenCalledOnce();
  expect(stopping).toHaveBeenCalledOnce();
});

test('a setting is shown where it is given: with the user, or with a workspace that has its own', async () => {
  vscode.workspaceValue = undefined;
  await run('openSettings', 'unmask.holeMarker');
  vscode.workspaceValue = '???';
  await run('openSettings', 'unmask.holeMarker');
  expect(vscode.executed).toEqual([
    'workbench.action.openSettings',
    'workbench.action.openWorkspaceSettings',
  ]);
  expect(vscode.given).toEqual([{ query: '@id:unmask.holeMarker' }]);
});
