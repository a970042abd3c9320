import { describe, expect, test } from 'vitest';
import type { RunPhase } from '../../../../src/panel/messages';
import { milestone } from '../../../../webview/state/milestones';
import { beginning, denoising, waitingFor } from '../../../panelState';
import { header, state, steps, trace } from '../../smallRun';
import { openPanel, runsOf } from './openPanel';

describe('milestones for a screen reader', () => {
  test('are the turns of a run, not its steps', () => {
    const { panel } = openPanel();
    const heard: string[] = [];
    panel.announcement.subscribe((words) => void heard.push(words));
    panel.receive({ kind: 'state', state: { ...state, trace: null, phase: { kind: 'idle' } } });
    panel.receive({ kind: 'started', header, tokenTexts: trace.tokenTexts });
    panel.receive({ kind: 'phase', phase: denoising });
    for (const step of steps) panel.receive({ kind: 'steps', steps: [step], tokenTexts: {} });
    panel.receive({ kind: 'ended', outcome: trace.outcome!, timings: trace.timings });
    panel.receive({ kind: 'phase', phase: { kind: 'finished' } });
    expect(heard).toEqual([
      '',
      'Denoising 4 slots.',
      'Half of the slots are revealed.',
      'Finished after 3 steps. Accept or reject the fill.',
    ]);
  });
});

test('what a run comes to wait for is told, and that it is told to stop, once', () => {
  const stopping = (kind: 'starting' | 'denoising') =>
    ({ kind, doing: { kind: 'stopping' } }) as const;
  const turns: readonly RunPhase[] = [
    { kind: 'idle' },
    beginning,
    waitingFor('Waiting for the engine…'),
    stopping('starting'),
    stopping('denoising'),
    denoising,
    { kind: 'denoising', doing: { kind: 'sweeping', done: 1, of: 4 } },
    stopping('denoising'),
    stopping('denoising'),
  ];
  const heard = turns.slice(1).map((phase, i) => {
    const before = { ...state, phase: turns[i]! };
    return milestone(before, { ...state, phase });
  });
  expect(heard).toEqual([
    null,
    'Waiting for the engine…',
    'Stopping.',
    ...[null, null, null],
    'Stopping.',
    null,
  ]);
});

test('half of the slots are said to be revealed once, when they are', () => {
  const after = (...masked: number[]) => ({
    ...state,
    phase: denoising,
    trace: { ...trace, steps: masked.map((count) => ({ ...steps[0]!, masked: count })) },
  });
  expect(milestone(after(), after(3))).toBeNull();
  expect(milestone(after(3), after(3, 2))).toContain('Half');
  expect(milestone(after(), after(1))).toContain('Half');
  expect(milestone(after(3, 2), after(3, 2, 1))).toBeNull();
});

test('every trace that is opened is told of', () => {
  const summary = runsOf(header.sampler).list[0]!;
  const opened = (file: string) => ({
    ...state,
    runs: { ...state.runs, list: [{ ...summary, id: file, file }], shown: file },
    phase: { kind: 'opened', file } as const,
  });
  expect(milestone(state, opened('a.json'))).toBe('Opened a.json.');
  expect(milestone(opened('a.json'), opened('b.json'))).toBe('Opened b.json.');
  expect(milestone(opened('b.json'), opened('b.json'))).toBeNull();
});

test('how many fills would be accepted is told as it changes', () => {
  const outcome = { kind: 'finished', texts: ['a', 'b', 'c'], meanLogProb: -1 } as const;
  const leaving = (...leftOut: number[]) => ({
    ...state,
    trace: { ...trace, outcome },
    phase: { kind: 'finished', ...(leftOut.length > 0 && { leftOut }) } as const,
  });
  expect(milestone(leaving(), leaving(1))).toBe('Accepting takes 2 of 3 fills.');
  expect(milestone(leaving(1), leaving(1, 2))).toBe('Accepting takes 1 of 3 fills.');
  expect(milestone(leaving(1), leaving(1))).toBeNull();
  expect(milestone(leaving(1), leaving())).toBe('Accepting takes all fills.');
});

test('a fill that is on offer again is not said to have finished again', () => {
  const { panel } = openPanel();
  panel.receive({ kind: 'state', state: { ...state, phase: { kind: 'accepted' } } });
  panel.receive({ kind: 'phase', phase: { kind: 'undone' } });
  expect(panel.announcement.value).toBe('Undone in the editor. The fill can be offered again.');
  panel.receive({ kind: 'phase', phase: { kind: 'finished' } });
  expect(panel.announcement.value).toBe('The fill is on offer again. Accept or reject it.');
  panel.receive({ kind: 'phase', phase: { kind: 'accepted' } });
  expect(panel.announcement.value).toBe('Accepted.');
});

test('a run that is looked at is named, and not said to have ended now', () => {
  const summary = runsOf(header.sampler).list[0]!;
  const list = [summary, { ...summary, id: 'b', number: 2 }];
  const looksAt = (shown: string | null, phase: RunPhase) => ({
    ...state,
    trace: { ...trace },
    runs: { ...state.runs, list, shown },
    phase,
  });
  const finished = looksAt('a', { kind: 'finished' });
  expect(milestone(finished, looksAt('b', { kind: 'finished' }))).toBe(
    'Run 2 is shown. Accept or reject its fill.',
  );
  for (const phase of [
    { kind: 'stopped' },
    { kind: 'rejected' },
    { kind: 'accepted' },
    { kind: 'failed', message: 'Gone.' },
  ] as const)
    expect(milestone(finished, looksAt('b', phase))).toBe('Run 2 is shown.');
  // One that begins is shown from then on, and where spans are left, none is.
  expect(milestone(finished, looksAt('b', denoising))).toBe('Denoising 4 slots.');
  const begun = looksAt(null, denoising);
  expect(milestone(begun, looksAt('b', denoising))).toBeNull();
  expect(milestone(finished, looksAt(null, { kind: 'stopped' }))).toBe('Stopped.');
});

test('a candidate that is chosen is named', () => {
  const { panel } = openPanel();
  const fill = { texts: ['a'], logProb: -1, meanLogProb: -1, newErrors: 0 };
  const runs = { ...state.runs, candidates: [fill, fill] };
  panel.receive({ kind: 'state', state: { ...state, runs } });
  panel.receive({ kind: 'state', state: { ...state, runs: { ...runs, chosen: 1 } } });
  expect(panel.announcement.value).toBe('Candidate 2 of 2.');
});
