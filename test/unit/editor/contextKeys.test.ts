import { expect, test, vi } from 'vitest';
import type { RunOwner } from '../../../src/editor/run';

const keys = vi.hoisted(() => new Map<string, boolean>());
vi.mock('vscode', () => {
  const event = () => ({ dispose: () => {} });
  return {
    commands: {
      executeCommand: (_: string, key: string, value: boolean) => keys.set(key, value),
    },
    Disposable: { from: () => ({ dispose: () => {} }) },
    window: { onDidChangeActiveTextEditor: event, onDidChangeTextEditorSelection: event },
  };
});
const { ContextKeys } = await import('../../../src/editor/contextKeys');

test('no key is left set behind: Tab and Escape would go to an extension that is gone', () => {
  const event = () => ({ dispose: () => {} });
  const owner = {
    running: true,
    candidate: ['a'],
    trace: {},
    onDidChange: event,
    onDidMove: event,
  };
  const contextKeys = new ContextKeys(owner as unknown as RunOwner);
  expect(keys.get('unmask.candidate')).toBe(true);
  contextKeys.dispose();
  expect([...keys.values()].filter(Boolean)).toEqual([]);
});
