import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RunPhase, RunSummary } from '../../../../src/panel/messages';
import { denoising, waitingFor } from '../../../panelState';
import { header, state, steps, trace } from '../../smallRun';
import { openPanel, runsOf } from './openPanel';

const running = { ...state, trace: { ...trace, steps: [], outcome: null, timings: null } } as const;

test('the seed that can be kept is that of the run, not of the candidate shown', () => {
  const { panel } = openPanel();
  expect(panel.seed.value).toBeNull();
  const ofCandidate = { ...trace, header: { ...header, seed: 350525680 } };
  panel.receive({ kind: 'state', state: { ...running, trace: ofCandidate } });
  expect(panel.seed.value).toBe(350525680);
  panel.receive({ kind: 'runs', runs: runsOf(header.sampler) });
  expect(panel.seed.value).toBe(5);
});

describe('a run as it comes in', () => {
  test('news before the state is ignored, for the state will hold it', () => {
    const { panel } = openPanel();
    panel.receive({ kind: 'steps', steps, tokenTexts: {} });
    expect(panel.state.value).toBeNull();
  });

  test('messages add up to the state that is sent whole', () => {
    const { panel } = openPanel();
    panel.receive({ kind: 'state', state: { ...state, trace: null, phase: { kind: 'idle' } } });
    panel.receive({ kind: 'phase', phase: waitingFor('Loading…') });
    panel.receive({ kind: 'started', header, tokenTexts: trace.tokenTexts });
    expect(panel.phase.value.kind).toBe('starting');
    panel.receive({ kind: 'phase', phase: denoising });
    for (const step of steps) panel.receive({ kind: 'steps', steps: [step], tokenTexts: {} });
    panel.receive({ kind: 'ended', outcome: trace.outcome!, timings: trace.timings });
    expect(panel.phase.value.kind).toBe('denoising');
    panel.receive({ kind: 'phase', phase: { kind: 'finished' } });
    expect(panel.state.value).toEqual(state);
  });

  test('the newest step is followed until another is chosen', () => {
    const { panel } = openPanel();
    panel.receive({ kind: 'state', state: running });
    panel.receive({ kind: 'steps', steps: steps.slice(0, 2), tokenTexts: {} });
    expect(panel.position.value).toBe(2);
    panel.seek(1);
    panel.receive({ kind: 'steps', steps: steps.slice(2), tokenTexts: {} });
    expect(panel.position.value).toBe(1);
    expect(panel.following.value).toBe(false);
    panel.follow();
    expect(panel.position.value).toBe(3);
    panel.seek(1);
    panel.seek(3);
    expect(panel.following.value).toBe(true);
  });

  test('the keyboard gets to the canvas by the slot inspected, or by the first where it is not shown', () => {
    const { panel } = openPanel();
    panel.receive({ kind: 'state', state });
    const [first, second] = panel.spans.value.flat();
    expect(panel.tabStop.value).toBe(first);
    panel.selected.value = second!;
    expect(panel.tabStop.value).toBe(second);
    panel.selected.value = 99;
    expect(panel.tabStop.value).toBe(first);
  });

  test('a new run is followed from its beginning and keeps the slot inspected', () => {
    const { panel } = openPanel();
    panel.receive({ kind: 'state', state });
    panel.seek(1);
    panel.selected.value = 3;
    panel.receive({ kind: 'started', header: { ...header }, tokenTexts: {} });
    expect(panel.following.value).toBe(true);
    expect(panel.selected.value).toBe(3);
    const smaller = { ...header, slots: header.slots.slice(0, 2) };
    panel.receive({ kind: 'started', header: smaller, tokenTexts: {} });
    expect(panel.selected.value).toBeNull();
  });
});

describe('a reload', () => {
  test('returns to the step, the slot, the plan and the sections of the page before', () => {
    const first = openPanel();
    first.panel.receive({ kind: 'state', state });
    first.panel.seek(1);
    first.panel.selected.value = 2;
    first.panel.plan.remask(1);
    first.panel.plan.pin(2, { token: 7, text: 'x', pad: false });
    first.panel.sections.value = { legend: true };
    const second = openPanel(JSON.parse(JSON.stringify(first.host.left)));
    second.panel.receive({ kind: 'state', state });
    expect(second.panel.position.value).toBe(1);
    expect(second.panel.selected.value).toBe(2);
    expect(second.panel.plan.changes.value).toEqual(first.panel.plan.changes.value);
    expect(second.panel.plan.changes.value.size).toBe(2);
    expect(second.panel.sections.value).toEqual({ legend: true });
    // Once: it is left as anything else.
    second.panel.seek(2);
    expect(second.panel.position.value).toBe(2);
  });

  test('returns to them in the candidate that they belong to', () => {
    const other = { ...state, runs: { ...state.runs, chosen: 1 } };
    const first = openPanel();
    first.panel.receive({ kind: 'state', state: other });
    first.panel.seek(1);
    const second = openPanel(first.host.left);
    second.panel.receive({ kind: 'state', state: other });
    expect(second.panel.position.value).toBe(1);
  });

  test('does not apply them to another run, such as a branch of it, nor to another candidate', () => {
    const first = openPanel();
    first.panel.receive({ kind: 'state', state });
    first.panel.seek(1);
    first.panel.plan.remask(1);
    const other = openPanel(first.host.left);
    const chosen = { ...state.runs, chosen: 1 };
    other.panel.receive({ kind: 'state', state: { ...state, runs: chosen } });
    expect(other.panel.following.value).toBe(true);
    const second = openPanel(first.host.left);
    const branch = { ...trace, header: { ...header, branchedAt: 2 } };
    const runs = { ...state.runs, shown: 'b' };
    second.panel.receive({ kind: 'state', state: { ...state, trace: branch, runs } });
    expect(second.panel.following.value).toBe(true);
    second.panel.seek(1);
    expect(second.panel.plan.changes.value.size).toBe(0);
  });

  test('is not disturbed by what it does not understand', () => {
    const { panel } = openPanel({
      run: 7,
      position: 'x',
      plan: { position: 3, changes: [{ change: { kind: 'pin', slot: 1 } }] },
      sections: { a: 'open' },
    });
    panel.receive({ kind: 'state', state });
    expect(panel.position.value).toBe(3);
    expect(panel.plan.changes.value.size).toBe(0);
    expect(panel.sections.value).toEqual({});
    const left = { run: 'a', candidate: 0, position: 'x', slot: 'y', sections: null };
    const other = openPanel(left).panel;
    other.receive({ kind: 'state', state });
    expect(other.following.value).toBe(true);
    expect(other.selected.value).toBeNull();
  });
});

describe('playing a run again', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('can be paused', () => {
    const { panel } = openPanel();
    panel.receive({ kind: 'state', state });
    panel.playback.toggle();
    vi.advanceTimersToNextTimer();
    panel.playback.toggle();
    vi.runAllTimers();
    expect(panel.position.value).toBe(1);
  });
});

test('one run is compared with another that is listed, never with itself', () => {
  const { panel } = openPanel();
  const compared = { id: 'a', candidate: 0, trace };
  const { sampler } = header;
  const asked = { preset: 'MDLM', sampler, seed: 1, branch: null } as const;
  const summary = { ...asked, steps: 3, outcome: null } as const;
  const run = (id: string, number: number) => ({ id, number, meanLogProb: null, ...summary });
  const runs = { ...state.runs, list: [run('a', 1), run('b', 2)], shown: 'b' };
  panel.receive({ kind: 'state', state: { ...state, runs } });
  expect(panel.compared.value).toBeNull();
  panel.receive({ kind: 'compared', compared });
  expect(panel.compared.value).toBe(compared);
  panel.receive({ kind: 'runs', runs: { ...runs, shown: 'a' } });
  expect(panel.compared.value).toBeNull();
  panel.receive({ kind: 'runs', runs: { ...runs, shown: 'b' } });
  expect(panel.compared.value).toBe(compared);
  panel.receive({ kind: 'runs', runs: { ...runs, list: [run('b', 2)] } });
  expect(panel.compared.value).toBeNull();
});

test('runs are listed where there is one to go to', () => {
  const run = (id: string, meanLogProb: number | null = -0.4) => ({
    id,
    number: 1,
    preset: 'MDLM',
    sampler: header.sampler,
    seed: 1,
    branch: null,
    steps: 3,
    outcome: meanLogProb === null ? ('stopped' as const) : ('finished' as const),
    meanLogProb,
  });
  const listed = (
    list: RunSummary[],
    kind: 'finished' | 'accepted' | 'outdated' | 'stopped' | 'failed' | 'opened',
  ) => {
    const { panel } = openPanel();
    const runs = { ...state.runs, list };
    const details = { failed: { message: 'Gone.' }, opened: { file: 'run.json' } };
    const phase = { kind, ...details[kind as keyof typeof details] } as RunPhase;
    panel.receive({ kind: 'state', state: { ...state, runs, phase } });
    return panel.runsToChoose.value;
  };
  expect(listed([run('a')], 'finished')).toBe(false);
  // Its fill can be had again, as once the edit is undone.
  expect(listed([run('a')], 'accepted')).toBe(true);
  expect(listed([run('a')], 'outdated')).toBe(true);
  // A run that failed before its first step is not among them.
  expect(listed([run('a')], 'failed')).toBe(true);
  expect(listed([run('a', null)], 'stopped')).toBe(false);
  expect(listed([run('a'), run('b')], 'finished')).toBe(true);
  // Or to be removed.
  expect(listed([{ ...run('a'), file: 'run.json' }], 'opened')).toBe(true);
});
