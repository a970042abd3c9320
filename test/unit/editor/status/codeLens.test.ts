import { expect, test, vi } from 'vitest';
import type { RunOwner } from '../../../../src/editor/run/runOwner';
import type { HostToPanel, RunPhase } from '../../../../src/panel/messages';
import { beginning, denoising } from '../../../panelState';

const fired = vi.hoisted(() => vi.fn());
vi.mock('vscode', () => ({
  CodeLens: class {},
  Disposable: { from: () => ({ dispose: () => {} }) },
  EventEmitter: class {
    fire = fired;
  },
  languages: { registerCodeLensProvider: () => ({}) },
  Range: class {},
}));
const { SpanActions } = await import('../../../../src/editor/status/codeLens');

test('VS Code, which puts the row off at every change, is told of none while a run only goes on', () => {
  let tell: (change: HostToPanel) => void = () => {};
  const onDidChange = (listener: typeof tell) => {
    tell = listener;
  };
  new SpanActions({ onDidChange, onDidMove: () => {} } as unknown as RunOwner);
  const changes = (phase: RunPhase) => {
    fired.mockClear();
    tell({ kind: 'phase', phase });
    return fired.mock.calls.length > 0;
  };
  expect(changes(beginning)).toBe(true);
  expect(changes(denoising)).toBe(true);
  expect(changes({ kind: 'denoising', doing: { kind: 'reading', done: 256, of: 512 } })).toBe(
    false,
  );
  expect(changes({ kind: 'denoising', doing: { kind: 'sweeping', done: 1, of: 4 } })).toBe(false);
  expect(changes({ kind: 'finished' })).toBe(true);
  expect(changes({ kind: 'finished', leftOut: [0] })).toBe(true);
});
