import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Place } from '../../../../src/editor/place/place';
import type { Flight } from '../../../../src/editor/run/flight';
import type { FlightHooks, FlightParts } from '../../../../src/editor/run/flights';
import type { AskedRun } from '../../../../src/editor/run/runHistory';
import { ShownRun } from '../../../../src/editor/run/shownRun';
import type { FillFrame, LoadStage } from '../../../../src/engine/protocol/messages';
import type { RunPhase } from '../../../../src/panel/messages';
import { beginning, waitingFor } from '../../../panelState';
import { header, state, trace } from '../../smallRun';

vi.mock('vscode', () => ({ workspace: { notebookDocuments: [] } }));
vi.mock('../../../../src/editor/span/reveal', () => ({ revealStart: () => {} }));
const { Flights } = await import('../../../../src/editor/run/flights');

/** An engine that has nothing to do, nor a model open. */
const idle = { busy: false, hasOpen: () => false };

const settings = {
  loadModel: () => ({ executionProvider: 'cpu' }),
  contextLimit: () => ({ before: 100, after: 100 }),
  holeMarker: () => '[MASK]',
};

const place = {
  document: { getText: () => 'a b', languageId: 'typescript' },
  spans: [{ start: 0, end: 1 }],
} as unknown as Place;

/** The run as it is shown, and the phases that it has gone through since. */
function followedRun() {
  const phases: RunPhase[] = [];
  const shown = new ShownRun((news) => news.kind === 'phase' && phases.push(news.phase));
  return { shown, phases };
}

/** What runs of that place are started with, with an engine that loads a model and does the rest as told. */
const loadingParts = (shown: ShownRun, engine: object) =>
  ({
    engine: { ...idle, load: async () => ({ spanGap: 512 }), ...engine },
    settings,
    knobs: { value: state.knobs },
    shown,
    followed: { edition: 0, present: null },
  }) as unknown as FlightParts;

test.each([
  ['auto', 'Loading the model…'],
  ['webgpu', 'Loading the model on webgpu…'],
])('while a model is loaded, %s being wanted, it says “%s”', (executionProvider, message) => {
  const { shown, phases } = followedRun();
  const parts = {
    engine: { ...idle, load: () => new Promise(() => {}) },
    settings: { loadModel: () => ({ executionProvider }) },
    shown,
    followed: { edition: 0 },
  } as unknown as FlightParts;
  void new Flights(parts, {} as FlightHooks).launch({} as Place, { kind: 'infill' });
  expect(phases).toEqual([waitingFor(message)]);
});

test('what the model takes its time for is said, of the present run alone', async () => {
  const { shown, phases } = followedRun();
  let tell: (stage: LoadStage) => void = () => {};
  const parts = {
    engine: {
      ...idle,
      load: (_: unknown, __: unknown, onStage: typeof tell) => {
        tell = onStage;
        return new Promise(() => {});
      },
    },
    settings: { loadModel: () => ({ executionProvider: 'auto' }) },
    shown,
    followed: { edition: 0 },
  } as unknown as FlightParts;
  const hooks = { ended: () => {} } as unknown as FlightHooks;
  const flights = new Flights(parts, hooks);
  const ended = flights.launch({} as Place, { kind: 'infill' });
  await vi.waitFor(() => {
    tell({ kind: 'unpacking' });
    expect(phases.length).toBeGreaterThan(1);
  });
  tell({ kind: 'trying', executionProvider: 'webgpu' });
  flights.stop();
  tell({ kind: 'opening' });
  await ended;
  expect(phases).toEqual([
    waitingFor('Loading the model…'),
    waitingFor('Unpacking the model, once on this machine. This may take a minute…'),
    waitingFor('Trying the model on webgpu…'),
    { kind: 'starting', doing: { kind: 'stopping' } },
    { kind: 'stopped' },
  ]);
});

test.each([
  [false, [beginning, beginning]],
  [true, [beginning, waitingFor('Waiting for the engine…')]],
])(
  'with a model that is open it waits for an engine only where that is busy: %s',
  async (busy, then) => {
    const { shown, phases } = followedRun();
    const fill = vi.fn(() => new Promise(() => {}));
    const parts = loadingParts(shown, { busy, hasOpen: () => true, fill });
    const flights = new Flights(parts, { doubted: () => {} } as unknown as FlightHooks);
    void flights.launch(place, { kind: 'infill' });
    await vi.waitFor(() => expect(fill).toHaveBeenCalled());
    expect(phases).toEqual(then);
  },
);

test('an engine that seemed free, and does not take the run up, is said to be waited for', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { shown, phases } = followedRun();
  let end: (result: unknown) => void = () => {};
  const fill = vi.fn(
    () =>
      new Promise((resolve) => {
        end = resolve;
      }),
  );
  const parts = loadingParts(shown, { hasOpen: () => true, fill });
  const hooks = { doubted: () => {}, ended: () => {} } as unknown as FlightHooks;
  const ended = new Flights(parts, hooks).launch(place, { kind: 'infill' });
  await vi.advanceTimersByTimeAsync(900);
  expect(phases).toEqual([beginning, beginning]);
  await vi.advanceTimersByTimeAsync(200);
  expect(phases.slice(2)).toEqual([waitingFor('Waiting for the engine…')]);
  end({ outcome: { kind: 'stopped' } });
  await ended;
  expect(vi.getTimerCount()).toBe(0);
});

test('one that takes the place of another says that it waits for that to stop', () => {
  const { shown, phases } = followedRun();
  const parts = {
    engine: { ...idle, load: () => new Promise(() => {}) },
    settings: { loadModel: () => ({ executionProvider: 'auto' }) },
    shown,
    followed: { edition: 0 },
  } as unknown as FlightParts;
  const flights = new Flights(parts, {} as FlightHooks);
  void flights.launch({} as Place, { kind: 'infill' });
  void flights.launch({} as Place, { kind: 'infill' });
  expect(phases.at(-1)).toEqual(waitingFor('Waiting for the run before to stop…'));
});

test('so does one after another that was called off while it waited', async () => {
  const { shown, phases } = followedRun();
  let isTaken = false;
  const parts = loadingParts(shown, {
    fill: () => {
      isTaken = true;
      return new Promise(() => {});
    },
  });
  const hooks = { doubted: () => {}, ended: () => {} } as unknown as FlightHooks;
  const flights = new Flights(parts, hooks);
  void flights.launch(place, { kind: 'infill' });
  await vi.waitFor(() => expect(isTaken).toBe(true));
  const calledOff = flights.launch(place, { kind: 'infill' });
  flights.stop();
  await calledOff;
  void flights.launch(place, { kind: 'infill' });
  expect(phases.at(-1)).toEqual(waitingFor('Waiting for the run before to stop…'));
});

test('a run that is stopped before its model is there stops waiting for it', async () => {
  let signal: AbortSignal | undefined;
  const parts = {
    engine: {
      ...idle,
      load: (_: unknown, given: AbortSignal) => {
        signal = given;
        flights.stop();
        return new Promise(() => {});
      },
    },
    settings: { loadModel: () => ({ executionProvider: 'cpu' }) },
    shown: followedRun().shown,
    followed: { edition: 0 },
  } as unknown as FlightParts;
  const flights = new Flights(parts, { ended: () => {} } as unknown as FlightHooks);
  await flights.launch({} as Place, { kind: 'infill' });
  expect(signal?.aborted).toBe(true);
});

test('a run that is told to stop says so at once, whatever still comes of it', async () => {
  const shown = new ShownRun(() => {});
  const frame = { run: '', tokenTexts: trace.tokenTexts };
  let send: (frame: FillFrame) => void = () => {};
  let end: (result: unknown) => void = () => {};
  const parts = loadingParts(shown, {
    fill: (_: unknown, { onFrame }: { onFrame: typeof send }) => {
      send = onFrame;
      return new Promise((resolve) => {
        end = resolve;
      });
    },
  });
  const flights = new Flights(parts, { doubted: () => {} } as unknown as FlightHooks);
  const ended = flights.launch(place, { kind: 'infill' });
  await vi.waitFor(() => {
    send({ ...frame, kind: 'started', header });
    expect(shown.phase.kind).toBe('denoising');
  });
  send({ ...frame, kind: 'encoded', done: 256, of: 1024 });
  expect(shown.phase).toEqual({
    kind: 'denoising',
    doing: { kind: 'reading', done: 256, of: 1024 },
  });
  flights.stop();
  const stopping = { kind: 'denoising', doing: { kind: 'stopping' } };
  expect(shown.phase).toEqual(stopping);
  send({ ...frame, kind: 'encoded', done: 512, of: 1024 });
  send({ ...frame, kind: 'sweep', done: 1, of: 4 });
  send({ ...frame, kind: 'steps', steps: trace.steps });
  expect(shown.phase).toEqual(stopping);
  // Particle Gibbs shows the best that it has found by then.
  send({ ...frame, kind: 'started', header });
  expect(shown.phase).toEqual(stopping);
  end({ outcome: { kind: 'stopped' }, timings: trace.timings, calls: 0 });
  await ended;
  expect(shown.phase).toEqual({ kind: 'stopped' });
});

/** Takes a run to its end, and a branch of it only to where the model cannot be loaded, or to a stop before it is. */
async function endBranch(
  how: 'fails' | 'is stopped',
  decide: (shown: ShownRun) => unknown,
  editionThen = 0,
) {
  const shown = new ShownRun(() => {});
  const asked = { request: {}, preset: 'LLaDA', knobs: state.knobs };
  const run = { id: 'a', branch: null, asked, edition: 0, others: [] } as unknown as Flight;
  shown.begin(run, header, trace.tokenTexts);
  const outcome = { kind: 'finished', texts: ['x', 'y'], meanLogProb: -1 } as const;
  shown.end(run, outcome, trace.timings);
  shown.enter({ kind: 'finished' });
  decide(shown);
  const before = { ...shown.standing, ...shown.state };
  const followed = { edition: 0 };
  const load = async () => {
    followed.edition = editionThen;
    if (how === 'fails') throw new Error('It is gone.');
    flights.stop();
    return new Promise(() => {});
  };
  const notices = { notBranched: vi.fn() };
  const parts = {
    engine: { ...idle, load },
    settings,
    notices,
    shown,
    followed,
  } as unknown as FlightParts;
  const hooks = { restored: vi.fn() };
  const origin = { of: 1, candidate: 0, step: 1, changes: 0 };
  const branch = { parent: shown.record as AskedRun, start: trace, origin, before };
  const flights = new Flights(parts, hooks as unknown as FlightHooks);
  await flights.launch({} as Place, { kind: 'infill' }, branch);
  expect(notices.notBranched.mock.calls).toEqual(how === 'fails' ? [['It is gone.']] : []);
  expect(hooks.restored).toHaveBeenCalledOnce();
  return { before, after: { ...shown.standing, ...shown.state } };
}

describe.each(['fails', 'is stopped'] as const)('a branch that %s before it begins', (how) => {
  test.each<[string, (shown: ShownRun) => unknown]>([
    ['waits', () => {}],
    ['waits, with a span left out', (shown) => shown.leaveOut(1)],
    ['was rejected', (shown) => shown.enter({ kind: 'rejected' })],
    [
      'was accepted, with a span left out',
      (shown) => {
        shown.leaveOut(1);
        shown.enter({ kind: 'accepted' });
      },
    ],
  ])('leaves a candidate that %s as it was', async (_, decide) => {
    const { before, after } = await endBranch(how, decide);
    expect(after).toEqual(before);
  });

  test('leaves none waiting whose text was edited meanwhile', async () => {
    const { after } = await endBranch(how, () => {}, 1);
    expect(after).toMatchObject({ phase: { kind: 'outdated' }, waiting: null });
  });
});
