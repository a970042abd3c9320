import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunOwner } from '../../../../src/editor/run/runOwner';
import type { ProviderChoices } from '../../../../src/editor/settings/providerChoices';
import type { EngineClient } from '../../../../src/engine/client';
import { forgetListeners, tell } from '../documentEvents';

type Listener = (event: unknown) => void;
const vscode = vi.hoisted(() => ({
  editor: undefined as unknown,
  settings: {} as Record<string, unknown>,
  selected: (() => {}) as Listener,
}));
vi.mock('vscode', async () => {
  const { documentEvents } = await import('../documentEvents');
  return {
    FilePermission: { Readonly: 1 },
    window: {
      get activeTextEditor() {
        return vscode.editor;
      },
      onDidChangeActiveTextEditor: () => ({ dispose: () => {} }),
      onDidChangeTextEditorSelection: (listener: Listener) => {
        vscode.selected = listener;
        return { dispose: () => {} };
      },
    },
    workspace: {
      ...documentEvents,
      notebookDocuments: [],
      fs: { isWritableFileSystem: () => true, stat: async () => ({}) },
      getConfiguration: () => ({ get: (key: string) => vscode.settings[key] }),
    },
  };
});
const { EncodeAhead } = await import('../../../../src/editor/run/encodeAhead');
const { Settings } = await import('../../../../src/editor/settings/settings');

const document = {
  languageId: 'typescript',
  uri: { scheme: 'file' },
  getText: () => 'let answer = 42;',
  offsetAt: (offset: number) => offset,
};
const owner = {
  model: {} as object | null,
  running: false,
  candidate: null as string[] | null,
  onDidChange: (listener: Listener) => {
    enter = () => listener({ kind: 'phase' });
    return { dispose: () => {} };
  },
};
/** A run goes into another phase. */
let enter: () => void;
const encoded = vi.fn<EngineClient['encodeAhead']>(async () => {});
let ahead: InstanceType<typeof EncodeAhead>;

/** Selects in the active editor, as offsets. */
function select(start: number, end: number): void {
  const selections = [{ start, end, isEmpty: start === end }];
  vscode.editor = { document, selections };
  vscode.selected({ textEditor: vscode.editor });
}

beforeEach(() => {
  vi.useFakeTimers();
  forgetListeners();
  vscode.settings = {};
  encoded.mockClear();
  Object.assign(owner, { model: {}, running: false, candidate: null });
  ahead = new EncodeAhead(
    { encodeAhead: encoded } as unknown as EngineClient,
    owner as unknown as RunOwner,
    new Settings('/model', {} as ProviderChoices),
  );
});
afterEach(() => {
  ahead.dispose();
  vi.useRealTimers();
});

test('the context of a selection is encoded once it stands still', async () => {
  select(0, 3);
  await vi.advanceTimersByTimeAsync(250);
  select(13, 15);
  await vi.advanceTimersByTimeAsync(250);
  expect(encoded).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(encoded).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ folder: '/model' }),
    expect.objectContaining({ language: 'typescript', context: ['let answer = ', ';'] }),
    expect.any(AbortSignal),
  );
});

test.each<[string, () => void]>([
  ['the setting is off', () => Object.assign(vscode.settings, { encodeAhead: false })],
  ['no model is loaded, as that would start the engine', () => (owner.model = null)],
  ['a run is under way', () => (owner.running = true)],
  ['a candidate waits, which may well be run again', () => (owner.candidate = ['43'])],
  ['nothing is selected', () => select(13, 13)],
])('nothing is where %s', async (_, happens) => {
  select(13, 15);
  happens();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(encoded).not.toHaveBeenCalled();
});

test.each<[string, () => void]>([
  ['another selection', () => select(4, 10)],
  ['an edit', () => tell('change', { document, contentChanges: [{}] })],
  ['a run', () => enter()],
])('%s stops it, and it begins anew when all stands still', async (_, happens) => {
  select(13, 15);
  await vi.advanceTimersByTimeAsync(1_000);
  const [, , signal] = encoded.mock.lastCall!;
  expect(signal.aborted).toBe(false);
  happens();
  expect(signal.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(encoded).toHaveBeenCalledTimes(2);
});
