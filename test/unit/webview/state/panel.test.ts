import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { presetNamed } from '../../../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../../../src/diffusion/settings/sampler';
import type { PanelToHost, RunPhase, RunSummary, Runs } from '../../../../src/panel/messages';
import { milestone } from '../../../../webview/state/milestones';
import { Panel } from '../../../../webview/state/panel';
import { header, state, steps, trace } from '../../smallRun';

/** A stand-in for VS Code that keeps what the panel says and leaves. */
function openPanel(left: unknown = undefined) {
  const said: PanelToHost[] = [];
  const host = {
    left,
    postMessage: (message: PanelToHost) => void said.push(message),
    getState: () => host.left,
    setState: (next: unknown) => {
      host.left = next;
    },
  };
  return { panel: new Panel(host), host, said };
}

const running = { ...state, trace: { ...trace, steps: [], outcome: null, timings: null } } as const;

/** The runs where there is one alone, of several candidates. */
function runsOf(sampler: SamplerSettings): Runs {
  const run = { id: 'a', number: 1, preset: 'LLaDA', branch: null, sampler, seed: 5 };
  const summary: RunSummary = { ...run, steps: 3, outcome: 'finished', meanLogProb: -0.3 };
  return { list: [summary], shown: 'a', candidates: [], chosen: 1, asked: 4 };
}

test('the seed that can be kept is that of the run, not of the candidate shown', () => {
  const { panel } = openPanel();
  expect(panel.seed.value).toBeNull();
  const ofCandidate = { ...trace, header: { ...header, seed: 350525680 } };
  panel.receive({ kind: 'state', state: { ...running, trace: ofCandidate } });
  expect(panel.seed.value).toBe(350525680);
  panel.receive({ kind: 'runs', runs: runsOf(header.sampler) });
  expect(panel.seed.value).toBe(5);
});

test('the knobs are set to what the run was asked with, of which the candidate shown had another sampler', () => {
  const { panel, said } = openPanel();
  const warm = { ...header.sampler, temperature: 0.5 };
  const ofCandidate = { ...trace, header: { ...header, sampler: warm, seed: 350525680 } };
  const runs = runsOf(header.sampler);
  panel.receive({ kind: 'state', state: { ...state, trace: ofCandidate, runs } });
  panel.takeKnobsOfRun();
  const { sampler } = header;
  expect(said).toMatchObject([{ kind: 'knobs', knobs: { sampler, seed: 5 } }]);
  expect(panel.hasKnobsOfRun.value).toBe(true);
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
    panel.receive({ kind: 'phase', phase: { kind: 'starting', message: 'Loading…' } });
    panel.receive({ kind: 'started', header, tokenTexts: trace.tokenTexts });
    expect(panel.phase.value.kind).toBe('starting');
    panel.receive({ kind: 'phase', phase: { kind: 'denoising' } });
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

describe('knobs', () => {
  const sampler = { ...state.knobs.sampler, steps: 9 };

  test('are shown while they turn, and sent once they rest', () => {
    const { panel, said } = openPanel();
    panel.receive({ kind: 'state', state });
    panel.knobs.turn({ ...state.knobs, sampler });
    expect(panel.knobs.value!.sampler.steps).toBe(9);
    expect(said).toEqual([]);
    panel.knobs.set({ ...state.knobs, sampler });
    expect(said).toEqual([{ kind: 'knobs', knobs: { ...state.knobs, sampler } }]);
  });

  test('that are set elsewhere take the place of those that turn, other news do not', () => {
    const { panel } = openPanel();
    panel.receive({ kind: 'state', state });
    panel.knobs.turn({ ...state.knobs, sampler });
    panel.receive({ kind: 'place', place: 'b.ts:2' });
    expect(panel.knobs.value!.sampler.steps).toBe(9);
    panel.receive({ kind: 'knobs', knobs: state.knobs });
    expect(panel.knobs.value).toEqual(state.knobs);
  });

  test('that the sampler cannot take stay here, with the reason', () => {
    const { panel, said } = openPanel();
    panel.receive({ kind: 'state', state });
    const remask = { remasker: 'remdm-loop', eta: 0.02, on: 0.2, alpha: 0.9, off: 0.5 } as const;
    panel.knobs.set({ ...state.knobs, sampler: { ...sampler, remask } });
    expect(panel.knobs.error.value).toContain('must not be above on');
    expect(panel.knobs.value!.sampler.remask).toEqual(remask);
    expect(said).toEqual([]);
    panel.knobs.set({ ...state.knobs, sampler });
    expect(panel.knobs.error.value).toBeNull();
  });

  test('of one’s own were made from the preset before them, also after a reload', () => {
    const { panel, host } = openPanel();
    const mdlm = presetNamed('MDLM')!.sampler;
    // Nearer to MDLM than to LLaDA, the preset here.
    const own = { ...mdlm, parallel: state.knobs.sampler.parallel };
    panel.receive({ kind: 'state', state });
    panel.knobs.set({ ...state.knobs, preset: 'Custom', sampler: own });
    expect(panel.knobs.basis.value?.name).toBe('LLaDA');
    const custom = { ...state, knobs: { ...state.knobs, preset: 'Custom', sampler: own } };
    const again = openPanel(host.left).panel;
    again.receive({ kind: 'state', state: custom });
    expect(again.knobs.basis.value?.name).toBe('LLaDA');
    const anew = openPanel().panel;
    anew.receive({ kind: 'state', state: custom });
    expect(anew.knobs.basis.value?.name).toBe('MDLM');
    const ran = { ...trace, header: { ...header, sampler: own } };
    panel.receive({ kind: 'state', state: { ...state, trace: ran } });
    panel.takeKnobsOfRun();
    expect(panel.knobs.value).toMatchObject({ preset: 'Custom', seed: header.seed });
    expect(panel.knobs.basis.value?.name).toBe('MDLM');
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

describe('milestones for a screen reader', () => {
  test('are the turns of a run, not its steps', () => {
    const { panel } = openPanel();
    const heard: string[] = [];
    panel.announcement.subscribe((words) => void heard.push(words));
    panel.receive({ kind: 'state', state: { ...state, trace: null, phase: { kind: 'idle' } } });
    panel.receive({ kind: 'started', header, tokenTexts: trace.tokenTexts });
    panel.receive({ kind: 'phase', phase: { kind: 'denoising' } });
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

test('half of the slots are said to be revealed once, when they are', () => {
  const after = (...masked: number[]) => ({
    ...state,
    phase: { kind: 'denoising' } as const,
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
  expect(milestone(finished, looksAt('b', { kind: 'denoising' }))).toBe('Denoising 4 slots.');
  const begun = looksAt(null, { kind: 'denoising' });
  expect(milestone(begun, looksAt('b', { kind: 'denoising' }))).toBeNull();
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
