import { expect, test, vi } from 'vitest';
import type { RunOwner } from '../../../../src/editor/run/runOwner';
import type { RunPhase } from '../../../../src/panel/messages';

const item = vi.hoisted(() => ({ backgroundColor: undefined as unknown, show: () => {} }));
vi.mock('vscode', () => ({
  StatusBarAlignment: { Right: 2 },
  ThemeColor: class {},
  window: { createStatusBarItem: () => item },
}));
const { StatusBar } = await import('../../../../src/editor/status/statusBar');

test('a failure is an alarm when it comes, and none when it is looked at again', () => {
  let tell: (change: { kind: string }) => void = () => {};
  const owner = {
    phase: { kind: 'idle' } as RunPhase,
    get running() {
      return owner.phase.kind === 'starting' || owner.phase.kind === 'denoising';
    },
    trace: null,
    model: null,
    onDidChange: (listener: typeof tell) => {
      tell = listener;
    },
  };
  new StatusBar(owner as unknown as RunOwner);
  const enter = (phase: RunPhase) => {
    owner.phase = phase;
    tell({ kind: 'phase' });
    return item.backgroundColor !== undefined;
  };
  const failed = { kind: 'failed', message: 'Gone.' } as const;
  expect(enter({ kind: 'denoising' })).toBe(false);
  expect(enter(failed)).toBe(true);
  tell({ kind: 'knobs' });
  expect(item.backgroundColor).toBeDefined();
  expect(enter({ kind: 'stopped' })).toBe(false);
  expect(enter({ ...failed })).toBe(false);
});
