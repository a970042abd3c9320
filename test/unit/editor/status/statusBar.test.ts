import { expect, test, vi } from 'vitest';
import type { RunOwner } from '../../../../src/editor/run/runOwner';
import type { RunPhase } from '../../../../src/panel/messages';
import { denoising } from '../../../panelState';
import { trace } from '../../smallRun';

const item = vi.hoisted(() => ({
  backgroundColor: undefined as unknown,
  text: '',
  tooltip: '',
  show: () => {},
}));
vi.mock('vscode', () => ({
  StatusBarAlignment: { Right: 2 },
  ThemeColor: class {},
  window: { createStatusBarItem: () => item },
}));
const { StatusBar } = await import('../../../../src/editor/status/statusBar');

function shown() {
  let tell: (change: { kind: string }) => void = () => {};
  const owner = {
    phase: { kind: 'idle' } as RunPhase,
    waits: false,
    place: { label: 'a.ts:9' },
    get running() {
      return owner.phase.kind === 'starting' || owner.phase.kind === 'denoising';
    },
    trace,
    model: null,
    onDidChange: (listener: typeof tell) => {
      tell = listener;
    },
  };
  new StatusBar(owner as unknown as RunOwner);
  const enter = (phase: RunPhase, waits = phase.kind === 'finished') => {
    Object.assign(owner, { phase, waits });
    tell({ kind: 'phase' });
  };
  return { enter, tell: (kind: string) => tell({ kind }) };
}

test('a failure is an alarm when it comes, and none when it is looked at again', () => {
  const { enter, tell } = shown();
  const isAlarm = (phase: RunPhase) => {
    enter(phase);
    return item.backgroundColor !== undefined;
  };
  const failed = { kind: 'failed', message: 'Gone.' } as const;
  expect(isAlarm(denoising)).toBe(false);
  expect(isAlarm(failed)).toBe(true);
  tell('knobs');
  expect(item.backgroundColor).toBeDefined();
  expect(isAlarm({ kind: 'stopped' })).toBe(false);
  expect(isAlarm({ ...failed })).toBe(false);
});

test('it says what a run does', () => {
  const { enter } = shown();
  enter(denoising);
  expect(item.text).toContain('Unmask: step 3/3');
});

test('while another run is looked at, it says that a candidate waits, and where', () => {
  const { enter } = shown();
  enter({ kind: 'finished' });
  expect(item.text).toContain('accept?');
  const opened = { kind: 'opened', file: 'run.json' } as const;
  enter(opened, true);
  expect(item.text).toContain('candidate waits');
  expect(item.tooltip).toContain('for a.ts:9 waits');
  enter(opened);
  expect(item.text).not.toContain('waits');
  expect(item.tooltip).not.toContain('waits');
});
