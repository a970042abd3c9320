import { beforeEach, expect, test, vi } from 'vitest';
import { commands, type TextDocument } from 'vscode';
import type { Trace } from '../../../../src/diffusion/trace/trace';
import type { Flight } from '../../../../src/editor/run/flight';
import type { FlightParts } from '../../../../src/editor/run/flights';
import type { KnobsStore } from '../../../../src/editor/settings/knobsStore';
import type { Settings } from '../../../../src/editor/settings/settings';
import { Notices } from '../../../../src/editor/status/notices';
import type { EngineClient } from '../../../../src/engine/client';
import type { FillRequest } from '../../../../src/engine/protocol/messages';
import { waitingFor } from '../../../panelState';
import { header, state, trace } from '../../smallRun';

const fakes = vi.hoisted(() => ({
  /** What runs are shown by. */
  parts: undefined as unknown,
  /** Ends the acceptance that is on its way. */
  taken: (_outcome: 'taken') => {},
  stopped: 0,
}));
vi.mock('vscode', async () => {
  const { documentEvents } = await import('../documentEvents');
  const on = () => ({ dispose: () => {} });
  return {
    Disposable: { from: on },
    EventEmitter: class {
      event = on;
      fire() {}
    },
    Range: class {
      constructor(
        readonly start: unknown,
        readonly end: unknown,
      ) {}
    },
    commands: { executeCommand: vi.fn() },
    workspace: {
      ...documentEvents,
      fs: { isWritableFileSystem: () => true },
      onDidChangeConfiguration: on,
    },
  };
});
vi.mock('../../../../src/editor/traceFile', () => ({}));
vi.mock('../../../../src/editor/place/acceptance', () => ({
  Acceptance: class {
    isOnItsWayTo = () => false;
    carryOut = () => new Promise((resolve) => (fakes.taken = resolve));
  },
}));
vi.mock('../../../../src/editor/run/flights', () => ({
  Flights: class {
    abandoned = false;
    settled = Promise.resolve();
    constructor(parts: FlightParts) {
      fakes.parts = parts;
    }
    async launch() {
      (fakes.parts as FlightParts).shown.enter(waitingFor(''));
    }
    stop() {
      fakes.stopped++;
      (fakes.parts as FlightParts).shown.enter({ kind: 'stopped' });
    }
  },
}));
const { RunOwner } = await import('../../../../src/editor/run/runOwner');

const lines = [1, 2, 3, 4].map((line) => `const value${line} = read(${line});\n`);
const text = `let first = 0;\n${lines.join('')}let last = 42;\n`;
const first = { start: text.indexOf('0;'), end: text.indexOf('0;') + 1 };
const last = { start: text.indexOf('42'), end: text.indexOf('42') + 2 };

let document: TextDocument & { text: string };
let owner: InstanceType<typeof RunOwner>;
let notices: Notices;
/** Shows the candidate that gave way last again. */
let showAgain: () => unknown;

beforeEach(() => {
  const fake = {
    text,
    eol: 1,
    uri: { path: '/file.ts' },
    getText: () => fake.text,
    positionAt: (offset: number) => ({ line: fake.text.slice(0, offset).split('\n').length - 1 }),
  };
  document = fake as unknown as typeof document;
  fakes.stopped = 0;
  vi.mocked(commands.executeCommand).mockClear();
  notices = new Notices();
  vi.spyOn(notices, 'gaveWay').mockImplementation((_, again) => {
    showAgain = again;
  });
  vi.spyOn(notices, 'notShownAgain').mockImplementation((_, again) => {
    showAgain = again;
  });
  const knobs = { onDidChange: () => {}, value: state.knobs } as unknown as KnobsStore;
  owner = new RunOwner({} as EngineClient, knobs, {} as Settings, notices);
});

const shown = () => (fakes.parts as FlightParts).shown;

/** Takes a run on a span to its end. */
function fill(span: typeof first, id: string, ...texts: string[]): void {
  void owner.start(document, [span], { kind: 'infill' });
  const flight = {
    id,
    asked: { request: {} as FillRequest, preset: 'LLaDA', knobs: state.knobs },
    branch: null,
    edition: (fakes.parts as FlightParts).followed.edition,
    others: [],
  } as unknown as Flight;
  shown().begin(flight, header, trace.tokenTexts);
  shown().end(flight, { kind: 'finished', texts, meanLogProb: -1 }, trace.timings);
  shown().enter({ kind: 'finished' });
}

const opened: Trace = { ...trace, header: { ...header, seed: 9 } };

test('a candidate that waits behind a trace that was opened gives way as others do, and is shown again itself', async () => {
  fill(first, 'a', '1');
  shown().open('digest', 'run.json', opened);
  fill(last, 'b', '43');
  expect(notices.gaveWay).toHaveBeenCalledExactlyOnceWith('file.ts:1', expect.anything());
  await showAgain();
  expect(owner.candidate).toEqual(['1']);
  expect(owner.state()).toMatchObject({ phase: { kind: 'finished' }, runs: { shown: 'a' } });
  expect(notices.gaveWay).toHaveBeenLastCalledWith('file.ts:6', expect.anything());
});

test('a candidate that waits behind another run can be gone back to, and to where it waits', async () => {
  fill(first, 'a', '1');
  shown().open('digest', 'run.json', opened);
  expect([owner.waits, owner.candidate]).toEqual([true, null]);
  await owner.showWaiting();
  expect(owner.candidate).toEqual(['1']);
  const shownThere = ['vscode.open', document.uri, expect.anything()];
  expect(vi.mocked(commands.executeCommand).mock.calls).toEqual([shownThere]);
  owner.reject();
  await owner.showWaiting();
  expect(commands.executeCommand).toHaveBeenCalledOnce();
  expect([owner.waits, owner.phase.kind]).toEqual([false, 'rejected']);
});

test.each<[string, () => unknown]>([
  ['finished', () => {}],
  ['rejected', () => owner.reject()],
  ['undone', () => shown().enter({ kind: 'undone' })],
  [
    'accepted',
    async () => {
      const accepted = owner.accept();
      document.text = text.replace('= 0', '= 1');
      fakes.taken('taken');
      await accepted;
    },
  ],
])(
  'a trace that is removed gives way to the run before it, %s as that was',
  async (kind, decide) => {
    fill(first, 'a', '1');
    await decide();
    expect(owner.phase.kind).toBe(kind);
    shown().open('digest', 'run.json', opened);
    owner.removeTrace('digest');
    expect(owner.state()).toMatchObject({ phase: { kind }, runs: { shown: 'a', list: [{}] } });
    expect(owner.waits).toBe(kind === 'finished');
  },
);

test('a run whose fill the document holds is not offered for being shown once more', async () => {
  fill(first, 'a', '1');
  const accepted = owner.accept();
  document.text = text.replace('= 0', '= 1');
  fakes.taken('taken');
  await accepted;
  owner.showRun('a');
  expect(owner.phase).toEqual({ kind: 'accepted' });
  owner.chooseCandidate(0);
  expect(owner.phase).toEqual({ kind: 'accepted' });
});

test('no trace is removed while a run is under way', () => {
  shown().open('digest', 'run.json', opened);
  void owner.start(document, [first], { kind: 'infill' });
  owner.removeTrace('digest');
  expect(owner.state().runs.list).toHaveLength(1);
});

test('a run is not stopped for a candidate that cannot be shown again', async () => {
  fill(first, 'a', '1');
  void owner.start(document, [last], { kind: 'infill' });
  document.text = text.replace('first = 0', 'first = 2');
  await showAgain();
  expect(notices.notShownAgain).toHaveBeenCalledExactlyOnceWith('file.ts:1', expect.anything());
  expect([fakes.stopped, owner.phase.kind]).toEqual([0, 'starting']);
  document.text = text;
  await showAgain();
  expect(fakes.stopped).toBe(1);
  expect(owner.candidate).toEqual(['1']);
});

test('what became of a candidate is not said of that of another place', async () => {
  fill(first, 'a', '1');
  const accepted = owner.accept();
  fill(last, 'b', '43');
  fakes.taken('taken');
  await accepted;
  expect(owner.phase).toEqual({ kind: 'finished' });
  expect(owner.candidate).toEqual(['43']);
});
