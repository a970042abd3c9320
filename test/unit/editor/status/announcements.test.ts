import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunOwner } from '../../../../src/editor/run/runOwner';
import type { RunPhase } from '../../../../src/panel/messages';
import { trace } from '../../smallRun';

const vscode = vi.hoisted(() => ({
  support: 'on',
  /** Titles of the notifications that there are. */
  shown: [] as string[],
}));
vi.mock('vscode', () => ({
  ProgressLocation: { Notification: 15 },
  window: {
    withProgress: async ({ title }: { title: string }, task: () => Promise<void>) => {
      vscode.shown.push(title);
      await task();
      vscode.shown.splice(vscode.shown.indexOf(title), 1);
    },
  },
  workspace: { getConfiguration: () => ({ get: () => vscode.support }) },
}));
const { Announcements } = await import('../../../../src/editor/status/announcements');

let panelShown: boolean;
let candidate: string[] | null;
let abandoned: boolean;
let candidates: { count: number; chosen: number };
let leftOut: Set<number>;
let enter: (
  kind: 'starting' | 'denoising' | 'finished' | 'stopped' | 'failed',
  more?: object,
) => Promise<void>;

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(vscode, { support: 'on', shown: [] });
  panelShown = false;
  candidate = null;
  abandoned = false;
  candidates = { count: 1, chosen: 0 };
  leftOut = new Set();
  let tell: (change: unknown) => void = () => {};
  const owner = {
    phase: { kind: 'idle' } as RunPhase,
    trace,
    get candidate() {
      return candidate;
    },
    get candidates() {
      return candidates;
    },
    get leftOut() {
      return leftOut;
    },
    get abandoned() {
      return abandoned;
    },
    onDidChange: (listener: typeof tell) => {
      tell = listener;
    },
  };
  new Announcements(owner as unknown as RunOwner, () => panelShown);
  enter = async (kind, more) => {
    tell({ kind: 'phase', phase: { kind, message: '', ...more } });
    await vi.advanceTimersByTimeAsync(0);
  };
});
afterEach(() => vi.useRealTimers());

test('of a run that an edit has stopped the message to everybody tells', async () => {
  await enter('denoising');
  vscode.shown.length = 0;
  abandoned = true;
  await enter('stopped');
  expect(vscode.shown).toEqual([]);
});

test('a run is told of as it begins and ends, one notification at a time, which goes by itself', async () => {
  await enter('starting');
  expect(vscode.shown).toEqual([]);
  await enter('denoising');
  expect(vscode.shown).toEqual(['Unmask: denoising 4 slots.']);
  candidate = ['one', 'two\nthree'];
  await enter('finished');
  expect(vscode.shown).toEqual([
    expect.stringMatching(
      /^Unmask: finished, 3 lines for 2 spans\. Accept, on Tab .*; Reject, on Escape/,
    ),
  ]);
  await vi.runAllTimersAsync();
  expect(vscode.shown).toEqual([]);
  await enter('denoising');
  await enter('stopped');
  expect(vscode.shown).toEqual(['Unmask: stopped. It has changed nothing in the document.']);
});

test('a run that is told to stop is told of as stopping, once, unless an edit has stopped it', async () => {
  const stopping = { doing: { kind: 'stopping' } };
  await enter('denoising');
  await enter('denoising', stopping);
  expect(vscode.shown).toEqual(['Unmask: stopping.']);
  await vi.runAllTimersAsync();
  await enter('denoising', stopping);
  expect(vscode.shown).toEqual([]);
  await enter('starting');
  abandoned = true;
  await enter('starting', stopping);
  expect(vscode.shown).toEqual([]);
});

test('a fill is told in lines, or that it is empty', async () => {
  candidate = ['one'];
  await enter('finished');
  expect(vscode.shown[0]).toContain('finished, 1 line.');
  await enter('starting');
  candidate = ['', ''];
  await enter('finished');
  expect(vscode.shown[0]).toContain('finished with an empty fill.');
});

test('another candidate is told of, and how many of its fills would be accepted', async () => {
  candidate = ['one', 'two'];
  await enter('finished');
  candidates = { count: 3, chosen: 1 };
  await enter('finished');
  expect(vscode.shown).toEqual(['Unmask: candidate 2 of 3, 2 fills to accept.']);
  leftOut = new Set([1]);
  candidates = { count: 1, chosen: 0 };
  await enter('finished');
  expect(vscode.shown).toEqual(['Unmask: 1 fill of 2 to accept.']);
});

test('a failure is an error message, which needs no other', async () => {
  await enter('failed');
  expect(vscode.shown).toEqual([]);
});

test('nothing is shown where no screen reader is said to be used, nor while the panel speaks', async () => {
  vscode.support = 'auto';
  await enter('denoising');
  vscode.support = 'on';
  panelShown = true;
  await enter('finished');
  expect(vscode.shown).toEqual([]);
});
