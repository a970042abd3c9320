import { expect, test, vi } from 'vitest';
import type { RunOwner } from '../../../../src/editor/run/runOwner';

const keys = vi.hoisted(() => new Map<string, boolean>());
const vscode = vi.hoisted(() => ({ editor: undefined as unknown }));
vi.mock('vscode', () => {
  const event = () => ({ dispose: () => {} });
  return {
    commands: {
      executeCommand: (_: string, key: string, value: boolean) => keys.set(key, value),
    },
    Disposable: { from: () => ({ dispose: () => {} }) },
    window: {
      get activeTextEditor() {
        return vscode.editor;
      },
      onDidChangeActiveTextEditor: event,
      onDidChangeTextEditorSelection: event,
    },
  };
});
const { ContextKeys } = await import('../../../../src/editor/status/contextKeys');

const event = () => ({ dispose: () => {} });
const owner = {
  running: true,
  candidate: ['a'],
  candidates: { count: 2, chosen: 0 },
  trace: {},
  onDidChange: event,
  onDidMove: event,
} as unknown as RunOwner;

test.each([
  [[false, false], true],
  [[false, true], false],
  [[true], false],
])('of selections that are empty as %j says, all select something: %j', (empty, all) => {
  const selections = empty.map((isEmpty) => ({ isEmpty }));
  vscode.editor = { document: { uri: {} }, selection: {}, selections };
  new ContextKeys(owner);
  expect(keys.get('unmask.allSelect')).toBe(all);
});

test('there are several to choose from only while a candidate waits, and spans to run again only where they are', () => {
  vscode.editor = undefined;
  const keysOf = (now: object) => {
    keys.clear();
    new ContextKeys({ ...owner, ...now } as RunOwner);
    return ['several', 'placed'].map((key) => keys.get(`unmask.${key}`));
  };
  expect(keysOf({ place: {} })).toEqual([true, true]);
  expect(keysOf({ place: null, candidate: null })).toEqual([false, false]);
  expect(keysOf({ place: null, candidates: { count: 1, chosen: 0 } })).toEqual([false, false]);
});

test('a fill can be left out only of several, at its span', () => {
  const range = { contains: (at: unknown) => at === 'there' };
  const document = { uri: {} };
  const keysOf = (cursor: string, candidate: readonly string[] | null) => {
    vscode.editor = { document, selection: { active: cursor }, selections: [] };
    new ContextKeys({ ...owner, candidate, place: { document, ranges: [range] } } as never);
    return ['severalSpans', 'atSpan'].map((key) => keys.get(`unmask.${key}`));
  };
  expect(keysOf('there', ['a', 'b'])).toEqual([true, true]);
  expect(keysOf('elsewhere', ['a'])).toEqual([false, false]);
  expect(keysOf('there', null)).toEqual([false, true]);
});

test('a comparison is known by the candidate that it shows, which is not that of another document', () => {
  const comparedOf = (query: string, scheme = 'unmask-candidate') => {
    vscode.editor = { selection: {}, selections: [], document: { uri: { scheme, query } } };
    const place = { document: { uri: { toString: () => 'file:///a.ts' } } };
    new ContextKeys({ ...owner, place } as unknown as RunOwner);
    return keys.get('unmask.compared');
  };
  expect(comparedOf('file:///a.ts')).toBe(true);
  expect(comparedOf('file:///b.ts')).toBe(false);
  expect(comparedOf('file:///a.ts', 'git')).toBe(false);
});

test('no key is left set behind: Tab and Escape would go to an extension that is gone', () => {
  const contextKeys = new ContextKeys(owner);
  expect(keys.get('unmask.candidate')).toBe(true);
  contextKeys.dispose();
  expect([...keys.values()].filter(Boolean)).toEqual([]);
});
