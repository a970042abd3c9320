import { expect, test } from 'vitest';
import { branchOf } from '../../../../src/diffusion/branch';
import { defaultSearch } from '../../../../src/diffusion/search/settings';
import { branchRequest } from '../../../../src/editor/run/request';
import { type AskedRun, RunHistory, traceOf } from '../../../../src/editor/run/runHistory';
import { fillSchema } from '../../../../src/engine/protocol/messages';
import { state, trace } from '../../smallRun';

const request: AskedRun['request'] = {
  run: 'a',
  language: null,
  context: ['before', 'between', 'after'],
  startsDocument: true,
  endsDocument: true,
  spans: [
    { text: 'x', slots: 'auto' },
    { text: '', slots: 2 },
  ],
  mode: { kind: 'infill' },
  sampler: trace.header.sampler,
  seed: 5,
};
const record = (id: string): AskedRun => ({
  kind: 'asked',
  id,
  request,
  knobs: { sampler: request.sampler, seed: null },
  edition: 0,
  preset: 'LLaDA',
  branch: null,
  trace,
  candidates: [],
  others: [],
});

test('runs are numbered as they come, and known again', () => {
  const runs = new RunHistory();
  runs.put({ ...record('a'), trace: { ...trace, outcome: null, timings: null } });
  runs.put({ ...record('b'), branch: { of: 1, candidate: 0, step: 2, changes: 0 } });
  runs.put(record('a'));
  runs.shown = 'b';
  expect(runs.state).toEqual({
    list: [
      { id: 'a', number: 1, preset: 'LLaDA', branch: null, ...figures },
      {
        id: 'b',
        number: 2,
        preset: 'LLaDA',
        branch: { of: 1, candidate: 0, step: 2, changes: 0 },
        ...figures,
      },
    ],
    shown: 'b',
    candidates: [],
    chosen: 0,
    asked: 1,
  });
});
const { sampler } = request;
const figures = { sampler, seed: 5, steps: 3, outcome: 'finished', meanLogProb: -0.3 };

test('the run that others are compared with is not among what is told of the runs', () => {
  const runs = new RunHistory();
  runs.put(record('a'));
  runs.put(record('b'));
  runs.shown = 'b';
  const told = runs.state;
  runs.compare('a');
  expect(runs.compared).toEqual({ id: 'a', candidate: 0, trace });
  expect(runs.state).toEqual(told);
  runs.compare(null);
  expect(runs.compared).toBeNull();
});

test('another run is shown with its best candidate, and the one before with that which was chosen', () => {
  const runs = new RunHistory();
  const candidates = [
    { texts: ['a', 'b'], logProb: -1, meanLogProb: -1, newErrors: 0 },
    { texts: ['c', 'd'], logProb: -2, meanLogProb: -2, newErrors: null },
  ];
  const search = { ...defaultSearch, candidates: 4 };
  runs.put({ ...record('a'), request: { ...request, search }, candidates });
  runs.show('a', 1);
  expect(runs.state).toMatchObject({ candidates, chosen: 1, asked: 4 });
  runs.put(record('b'));
  runs.show('b');
  expect(runs.state).toMatchObject({ candidates: [], chosen: 0 });
  runs.show('a');
  expect(runs.state).toMatchObject({ candidates, chosen: 1 });
});

test('a run is listed with the sampler and the seed with which it can be had again, whatever those of its best candidate', () => {
  const runs = new RunHistory();
  const warm = { ...sampler, temperature: 0.5 };
  const best = { ...trace, header: { ...trace.header, sampler: warm, seed: 350525680 } };
  runs.put({ ...record('a'), trace: best });
  const opened = { id: 'b', file: 'run.json', preset: 'LLaDA', candidates: [], others: [] };
  runs.put({ kind: 'opened', ...opened, trace: best });
  expect(runs.state.list).toMatchObject([
    { sampler, seed: request.seed },
    { sampler: warm, seed: 350525680 },
  ]);
});

test('of runs whose candidates take much room, the older ones keep the best alone', () => {
  const runs = new RunHistory();
  const wide = { ...trace.steps[0]!, confidence: new Array<number>(1000).fill(0.5) };
  const other = { ...trace, steps: new Array(45).fill(wide) };
  const candidates = [
    { texts: ['a', 'b'], logProb: -1, meanLogProb: -1, newErrors: 0 },
    { texts: ['c', 'd'], logProb: -2, meanLogProb: -2, newErrors: 0 },
  ];
  const search = { ...defaultSearch, candidates: 4 };
  const large = { request: { ...request, search }, candidates, others: [other] };
  for (const id of ['a', 'b', 'c']) runs.put({ ...record(id), ...large });
  const kept = ['a', 'b', 'c'].map((id) => runs.get(id)?.others.length);
  expect(kept).toEqual([0, 1, 1]);
  runs.show('a');
  expect(runs.state).toMatchObject({ candidates: candidates.slice(0, 1), asked: 1 });
  runs.put(record('d'));
  runs.put({ ...record('e'), ...large, others: new Array(4).fill(other) });
  expect(runs.get('e')?.others).toHaveLength(4);
  expect(runs.get('c')?.others).toEqual([]);
});

test('of the run that is shown all candidates are kept; of another, no candidate is chosen that is not', () => {
  const runs = new RunHistory();
  const wide = { ...trace.steps[0]!, confidence: new Array<number>(1000).fill(0.5) };
  const other = { ...trace, steps: new Array(60).fill(wide) };
  const fill = { texts: ['a', 'b'], logProb: -1, meanLogProb: -1, newErrors: 0 };
  const large = { candidates: [fill, fill], others: [other] };
  runs.put({ ...record('a'), ...large });
  runs.show('a', 1);
  runs.put({ ...record('b'), ...large });
  expect(runs.state).toMatchObject({ shown: 'a', candidates: [fill, fill], chosen: 1 });
  runs.show('b', 1);
  runs.put({ ...record('c'), ...large });
  expect(runs.get('a')).toMatchObject({ candidates: [fill], others: [], onlyBest: true });
  runs.show('a');
  expect(runs.state).toMatchObject({ candidates: [fill], chosen: 0 });
});

test('every candidate has its own trace', () => {
  const other = { ...trace, header: { ...trace.header, seed: 6 } };
  const run = { ...record('a'), others: [other] };
  expect([0, 1, 2].map((index) => traceOf(run, index))).toEqual([trace, other, undefined]);
});

test('a run is compared by the candidate that was chosen of it', () => {
  const other = { ...trace, header: { ...trace.header, seed: 6 } };
  const fill = { texts: ['a', 'b'], logProb: -1, meanLogProb: -1, newErrors: 0 };
  const runs = new RunHistory();
  runs.put({ ...record('a'), candidates: [fill, fill], others: [other] });
  runs.show('a', 1);
  runs.put({ ...record('b'), branch: { of: 1, candidate: 1, step: 2, changes: 0 } });
  runs.show('b');
  runs.compare('a');
  expect(runs.compared).toEqual({ id: 'a', candidate: 1, trace: other });
});

test('only the latest runs are kept; a new place starts anew', () => {
  const runs = new RunHistory();
  for (let i = 0; i < 20; i++) runs.put(record(String(i)));
  expect(runs.state.list.map(({ number }) => number)).toEqual(
    Array.from({ length: 12 }, (_, i) => i + 9),
  );
  const others = runs.onOtherSpans();
  others.put(record('a'));
  expect(others.state).toMatchObject({ list: [{ number: 1 }], shown: null });
  expect(runs.state.list).toHaveLength(12);
});

test('a trace that was opened stays when other spans are filled, also as what is compared', () => {
  const opened = { preset: 'LLaDA', trace, candidates: [], others: [], file: 'run.json' };
  const runs = new RunHistory();
  runs.put(record('a'));
  runs.put({ kind: 'opened', id: 'b', ...opened });
  runs.compare('b');
  const others = runs.onOtherSpans();
  others.put(record('c'));
  const listed = ({ state }: RunHistory) => state.list.map(({ id, number }) => [id, number]);
  expect(listed(others)).toEqual([
    ['b', 2],
    ['c', 3],
  ]);
  expect(others.compared?.id).toBe('b');
  others.compare('c');
  expect(others.onOtherSpans().compared).toBeNull();
  // And back, with what was opened there.
  others.put({ kind: 'opened', id: 'd', ...opened });
  runs.takeOpened(others);
  expect(listed(runs)).toEqual([
    ['a', 1],
    ['b', 2],
    ['d', 3],
  ]);
  expect(runs.compared?.id).toBe('b');
  // But not with what was removed there.
  others.removeOpened('b');
  others.removeOpened('c');
  expect(listed(others).map(([id]) => id)).toEqual(['c', 'd']);
  runs.takeOpened(others);
  expect(listed(runs).map(([id]) => id)).toEqual(['a', 'd']);
  expect(runs.compared).toBeNull();
});

test('however many traces are opened, the runs keep their place and the candidate that was chosen', () => {
  const runs = new RunHistory();
  const wide = { ...trace.steps[0]!, confidence: new Array<number>(1000).fill(0.5) };
  const other = { ...trace, steps: new Array(120).fill(wide) };
  const fill = { texts: ['a', 'b'], logProb: -1, meanLogProb: -1, newErrors: 0 };
  runs.put({ ...record('a'), candidates: [fill, fill], others: [other] });
  runs.show('a', 1);
  for (let i = 0; i < 20; i++) {
    const { preset, candidates, others } = record('');
    runs.put({ kind: 'opened', id: `${i}`, file: 'run.json', preset, trace, candidates, others });
    runs.show(`${i}`);
  }
  expect(runs.state.list.map(({ number }) => number)).toEqual([
    1,
    ...Array.from({ length: 12 }, (_, i) => i + 10),
  ]);
  runs.show('a');
  expect(runs.state).toMatchObject({ candidates: [fill, fill], chosen: 1 });
});

test('a branch asks for what its run asked for, from where it starts', () => {
  const start = branchOf(trace, 1, [{ kind: 'pin', slot: 3, token: 2 }]);
  const parent = record('a');
  const asked = branchRequest('b', parent, start, { ...state.knobs, seed: null });
  expect(asked).toMatchObject({ run: 'b', seed: 5, sampler: state.knobs.sampler });
  expect(asked.resume).toMatchObject({
    slots: trace.header.slots,
    from: { step: 1, slots: [{}, {}, {}, { state: 'pinned', token: 2 }] },
  });
  expect(fillSchema.parse(asked)).toMatchObject(asked);
  expect(branchRequest('b', parent, start, { ...state.knobs, seed: 8 }).seed).toBe(8);
});

test('a branch of another candidate than the first keeps its sampler and seed until the knobs are turned', () => {
  const { knobs } = state;
  const warm = { ...knobs.sampler, temperature: 0.7 };
  const start = { ...trace, header: { ...trace.header, sampler: warm, seed: 77 } };
  const parent = { ...record('a'), knobs: { sampler: knobs.sampler, seed: 1 } };
  const branch = branchRequest('b', parent, start, { ...knobs, seed: 1 });
  expect(branch).toMatchObject({ sampler: warm, seed: 77 });
  const again = { ...parent, request: branch };
  expect(branchRequest('c', again, start, { ...knobs, seed: 1 })).toMatchObject({
    sampler: warm,
    seed: 77,
  });
  const turned = { ...knobs, seed: 2, sampler: { ...knobs.sampler, temperature: 0.2 } };
  expect(branchRequest('b', parent, start, turned)).toMatchObject({
    sampler: turned.sampler,
    seed: 2,
  });
});
