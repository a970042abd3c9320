import { describe, expect, test } from 'vitest';
import { appendSteps, beginTrace } from '../../../../src/diffusion/trace/replay';
import type { Flight } from '../../../../src/editor/run/flight';
import type { AskedRun } from '../../../../src/editor/run/runHistory';
import { ShownRun } from '../../../../src/editor/run/shownRun';
import type { FillRequest } from '../../../../src/engine/protocol/messages';
import type { HostToPanel } from '../../../../src/panel/messages';
import { waitingFor } from '../../../panelState';
import { header, state, steps, trace } from '../../smallRun';

const flight = (id: string): Flight => ({
  id,
  abort: new AbortController(),
  mode: { kind: 'infill' },
  branch: null,
  asked: { request: {} as FillRequest, preset: 'LLaDA', knobs: state.knobs },
  edition: 0,
  started: true,
  others: [],
  abandoned: false,
});

function take(shown: ShownRun, id: string): void {
  shown.begin(flight(id), header, trace.tokenTexts);
  shown.append(steps, {});
  shown.end(flight(id), trace.outcome!, trace.timings);
}

const fills = (...words: string[]) =>
  words.map((word) => ({ texts: [word], logProb: -1, meanLogProb: -1, newErrors: null }));

test('the trace that others are compared with is told once, not with every turn of a run', () => {
  let told: HostToPanel[] = [];
  const shown = new ShownRun((news) => told.push(news));
  take(shown, 'a');
  take(shown, 'b');
  told = [];
  shown.compare('a');
  expect(told).toEqual([{ kind: 'compared', compared: { id: 'a', candidate: 0, trace } }]);
  told = [];
  take(shown, 'c');
  expect(told.map(({ kind }) => kind)).toContain('runs');
  expect(told.map(({ kind }) => kind)).not.toContain('compared');
  expect(JSON.stringify(told.filter(({ kind }) => kind === 'runs'))).not.toContain('alternatives');
  expect(shown.state.compared?.id).toBe('a');
});

test('choosing the run that is shown already changes nothing, but offers its fill again where it was rejected', () => {
  const told: HostToPanel[] = [];
  const shown = new ShownRun((news) => told.push(news));
  take(shown, 'a');
  take(shown, 'b');
  shown.enter({ kind: 'finished' });
  told.length = 0;
  expect(shown.show('b', () => true)).toBe(false);
  expect(told).toEqual([]);
  shown.enter({ kind: 'rejected' });
  told.length = 0;
  expect(shown.show('b', () => true)).toBe(false);
  expect(told).toEqual([{ kind: 'phase', phase: { kind: 'finished' } }]);
  expect(shown.show('a', () => true)).toBe(true);
  expect(shown.show('c', () => true)).toBe(false);
});

test('the list tells of the run whose candidate waits while another is looked at', () => {
  const told: HostToPanel[] = [];
  const shown = new ShownRun((news) => told.push(news));
  const waiting = () => shown.state.runs.list.filter(({ waits }) => waits).map(({ id }) => id);
  take(shown, 'a');
  shown.enter({ kind: 'finished' });
  expect(waiting()).toEqual([]);
  shown.open('digest', 'run.json', trace);
  expect(waiting()).toEqual(['a']);
  const { standing } = shown;
  told.length = 0;
  shown.enter(waitingFor(''));
  shown.restore(standing, true);
  expect(waiting()).toEqual(['a']);
  shown.withdraw();
  expect(waiting()).toEqual([]);
  const lists = told.flatMap((news) => (news.kind === 'runs' ? [news.runs.list] : []));
  expect(lists.map((list) => list.map(({ waits }) => waits))).toEqual([
    [undefined, undefined],
    [true, undefined],
    [undefined, undefined],
  ]);
});

describe('a span left out of the candidate', () => {
  function shownWith(...texts: string[]): ShownRun {
    const shown = new ShownRun(() => {});
    shown.begin(flight('a'), header, trace.tokenTexts);
    const outcome = { kind: 'finished', texts, meanLogProb: -1 } as const;
    shown.end(flight('a'), outcome, trace.timings);
    shown.enter({ kind: 'finished' });
    return shown;
  }

  test('can be taken in again, but one has to stay in', () => {
    const shown = shownWith('x', 'y');
    expect(shown.leaveOut(1)).toBe(true);
    expect([...shown.leftOut]).toEqual([1]);
    expect(shown.phase).toEqual({ kind: 'finished', leftOut: [1] });
    expect(shown.leaveOut(0)).toBe(false);
    expect([...shown.leftOut]).toEqual([1]);
    expect(shown.leaveOut(1)).toBe(true);
    expect([...shown.leftOut]).toEqual([]);
    expect(shown.phase).toEqual({ kind: 'finished' });
  });

  test.each<[string, (shown: ShownRun) => unknown]>([
    ['a new run', (shown) => shown.enter(waitingFor(''))],
    ['other spans', (shown) => shown.clear()],
  ])('is no longer with %s', (_, happens) => {
    const shown = shownWith('x', 'y');
    shown.leaveOut(1);
    happens(shown);
    expect(shown.leftOut.size).toBe(0);
  });

  test('still is with another run on them, where it is offered again, and once it is accepted', () => {
    const shown = shownWith('x', 'y');
    shown.leaveOut(1);
    shown.open('digest', 'run.json', trace);
    shown.show('a', () => true);
    expect(shown.phase).toEqual({ kind: 'finished', leftOut: [1] });
    shown.enter({ kind: 'rejected' });
    shown.show('a', () => true);
    expect(shown.phase).toEqual({ kind: 'finished', leftOut: [1] });
    shown.accept();
    expect(shown.phase).toEqual({ kind: 'accepted', leftOut: [1] });
    expect([...shown.leftOut]).toEqual([1]);
  });

  test('is left out however often that is asked for', () => {
    const shown = shownWith('x', 'y');
    shown.leaveOut(1, true);
    shown.leaveOut(1, true);
    expect([...shown.leftOut]).toEqual([1]);
    shown.leaveOut(1, false);
    shown.leaveOut(1, false);
    expect([...shown.leftOut]).toEqual([]);
  });
});

test('another candidate is shown with its own steps, and is the one on offer', () => {
  const shown = new ShownRun(() => {});
  const begun = flight('a');
  shown.begin(begun, header, trace.tokenTexts);
  shown.append(steps, {});
  const other = beginTrace({ ...header, seed: 6 }, trace.tokenTexts);
  begun.others = [appendSteps(other, steps.slice(0, 1), {})];
  const outcome = { kind: 'finished', texts: ['x'], meanLogProb: -1 } as const;
  shown.end(begun, outcome, trace.timings, fills('x', 'y'));
  shown.enter({ kind: 'finished' });
  expect(shown.candidate).toEqual(['x']);
  expect(shown.show('a', () => true, 1)).toBe(true);
  expect(shown.candidate).toEqual(['y']);
  expect(shown.trace).toMatchObject({
    header: { seed: 6 },
    steps: [{ index: 0 }],
    outcome: { kind: 'finished', texts: ['y'] },
    timings: trace.timings,
  });
  expect(shown.show('a', () => true, 1)).toBe(false);
  expect(shown.show('a', () => true)).toBe(false);
  expect(shown.show('a', () => true, 2)).toBe(false);
  expect(shown.state.runs.chosen).toBe(1);
  expect(shown.show('a', () => false, 0)).toBe(true);
  expect(shown.trace?.header.seed).toBe(header.seed);
  expect(shown.phase.kind).toBe('outdated');
});

test('the run shown is not compared with itself, as it is now', () => {
  const told: string[] = [];
  const shown = new ShownRun(({ kind }) => told.push(kind));
  take(shown, 'a');
  shown.compare('a');
  expect(shown.state.compared).toBeNull();
  expect(told).not.toContain('compared');
});

test('a trace that was opened is shown beside the runs, and never on offer', () => {
  const shown = new ShownRun(() => {});
  take(shown, 'a');
  shown.enter({ kind: 'finished' });
  const recorded = { ...trace, header: { ...header, seed: 9 } };
  shown.open('digest', 'run.json', recorded);
  expect(shown.trace).toEqual(recorded);
  expect(shown.phase).toEqual({ kind: 'opened', file: 'run.json' });
  expect(shown.candidate).toBeNull();
  const [own, opened] = shown.state.runs.list;
  expect(opened).toMatchObject({ number: 2, file: 'run.json', seed: 9, branch: null });
  expect(own).not.toHaveProperty('file');
  shown.compare('a');
  expect(shown.state.compared?.id).toBe('a');
  expect(shown.show('a', () => true)).toBe(true);
  expect(shown.candidate).not.toBeNull();
  expect(shown.show(opened!.id, () => true)).toBe(true);
  expect(shown.phase.kind).toBe('opened');
});

test('a trace that is opened again is shown where it is listed, under the name that it was opened by', () => {
  const told: HostToPanel[] = [];
  const shown = new ShownRun((news) => told.push(news));
  take(shown, 'a');
  shown.open('digest', 'run.json', trace);
  shown.show('a', () => true);
  shown.open('digest', 'run.json', trace);
  expect(shown.state.runs).toMatchObject({ list: [{ number: 1 }, { number: 2 }], shown: 'digest' });
  told.length = 0;
  shown.open('digest', 'copy.json', trace);
  expect(shown.state.runs.list.map(({ file }) => file)).toEqual([undefined, 'copy.json']);
  expect(told).toEqual([{ kind: 'phase', phase: { kind: 'opened', file: 'copy.json' } }]);
});

test('a trace that was opened is removed, and the latest run shown in its place; none where there is none', () => {
  const told: HostToPanel[] = [];
  const shown = new ShownRun((news) => told.push(news));
  shown.open('one', 'one.json', trace);
  take(shown, 'a');
  shown.open('two', 'two.json', trace);
  shown.compare('one');
  told.length = 0;
  expect(shown.removeOpened('one', () => true)).toBe(false);
  expect(told.map(({ kind }) => kind)).toEqual(['compared', 'runs']);
  expect(shown.state).toMatchObject({ compared: null, phase: { kind: 'opened' } });
  expect(shown.removeOpened('two', () => false)).toBe(true);
  expect(shown.state).toMatchObject({ phase: { kind: 'outdated' }, runs: { shown: 'a' } });
  const other = new ShownRun(() => {});
  other.open('one', 'one.json', trace);
  expect(other.removeOpened('one', () => true)).toBe(true);
  expect(other.state).toMatchObject({ phase: { kind: 'idle' }, trace: null, runs: { list: [] } });
});

test('a candidate waits while another run is looked at, until something becomes of it', () => {
  const told: HostToPanel[] = [];
  const shown = new ShownRun((news) => told.push(news));
  take(shown, 'a');
  expect(shown.waits).toBe(false);
  shown.enter({ kind: 'finished' });
  shown.open('digest', 'run.json', trace);
  expect(shown.waits).toBe(true);
  told.length = 0;
  shown.withdraw();
  expect(shown.waits).toBe(false);
  expect(shown.phase.kind).toBe('opened');
  expect(told.at(-1)).toEqual({ kind: 'phase', phase: shown.phase });
  shown.show('a', () => true);
  expect(shown.waits).toBe(true);
  shown.open('digest', 'run.json', trace);
  shown.open('digest', 'copy.json', trace);
  expect(shown.waits).toBe(true);
  shown.show('a', () => true);
  shown.enter({ kind: 'rejected' });
  shown.show('digest', () => true);
  expect(shown.waits).toBe(false);
});

test('a branch denoises before the steps that it takes over are told, which may be many', () => {
  const told: HostToPanel[] = [];
  const shown = new ShownRun((news) => told.push(news));
  take(shown, 'a');
  const origin = { of: 1, candidate: 0, step: 3, changes: 0 };
  const { standing: before } = shown;
  const branch = { parent: shown.record as AskedRun, start: trace, origin, before };
  told.length = 0;
  shown.begin({ ...flight('b'), branch }, header, trace.tokenTexts);
  expect(told.map(({ kind }) => kind)).toEqual(['started', 'phase', 'steps', 'runs']);
});

test('runs that were left for others are shown again as they were, with the candidate that was chosen', () => {
  const told: HostToPanel[] = [];
  const shown = new ShownRun((news) => told.push(news));
  const finished = { ...flight('a'), others: [beginTrace(header, {})] };
  shown.begin(finished, header, trace.tokenTexts);
  shown.end(finished, trace.outcome!, trace.timings, fills('best', 'other'));
  shown.enter({ kind: 'finished' });
  shown.show('a', () => true, 1);
  expect(shown.candidate).toEqual(['other']);
  const left = shown.toLeave!;
  const before = shown.state;
  shown.clear();
  take(shown, 'b');
  shown.enter({ kind: 'rejected' });
  expect(shown.state.runs.list).toHaveLength(1);
  expect(shown.toLeave).toBeNull();
  shown.comeBack(left);
  expect(shown.state).toEqual(before);
  expect(shown.candidate).toEqual(['other']);
  expect(shown.waits).toBe(true);
});

test('runs that were left while a trace was looked at are shown with the candidate that waited', () => {
  const shown = new ShownRun(() => {});
  take(shown, 'a');
  shown.enter({ kind: 'finished' });
  const before = shown.state;
  shown.open('digest', 'run.json', trace);
  const left = shown.toLeave!;
  shown.clear();
  shown.comeBack(left);
  expect(shown.phase).toEqual(before.phase);
  expect(shown.state.runs.shown).toBe('a');
  expect(shown.candidate).not.toBeNull();
});
