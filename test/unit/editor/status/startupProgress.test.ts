import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunOwner } from '../../../../src/editor/run/runOwner';
import type { RunPhase } from '../../../../src/panel/messages';
import { denoising, waitingFor } from '../../../panelState';

interface Shown {
  readonly messages: string[];
  ended: boolean;
  readonly cancel: () => void;
}

const notifications = vi.hoisted(() => [] as Shown[]);
vi.mock('vscode', () => ({
  ProgressLocation: { Notification: 15 },
  window: {
    withProgress: async (
      _: unknown,
      work: (progress: unknown, token: unknown) => Promise<void>,
    ) => {
      let cancel = () => {};
      const shown: Shown = { messages: [], ended: false, cancel: () => cancel() };
      notifications.push(shown);
      await work(
        { report: ({ message }: { message: string }) => shown.messages.push(message) },
        {
          onCancellationRequested: (listener: () => void) => {
            cancel = listener;
          },
        },
      );
      shown.ended = true;
    },
  },
}));
const { StartupProgress } = await import('../../../../src/editor/status/startupProgress');

beforeEach(() => {
  vi.useFakeTimers();
  notifications.length = 0;
});
afterEach(() => void vi.useRealTimers());

function started() {
  let tell: (change: { kind: 'phase'; phase: RunPhase }) => void = () => {};
  const stop = vi.fn();
  const onDidChange = (listener: typeof tell) => {
    tell = listener;
  };
  new StartupProgress({ onDidChange, stop } as unknown as RunOwner);
  const enter = (phase: RunPhase) => tell({ kind: 'phase', phase });
  return { stop, enter, waitFor: (message: string) => enter(waitingFor(message)) };
}

test('a slow start has one notification, which says in turn what it waits for', async () => {
  const { enter, waitFor, stop } = started();
  waitFor('Loading…');
  vi.advanceTimersByTime(300);
  waitFor('Unpacking…');
  vi.advanceTimersByTime(300);
  waitFor('Waiting…');
  expect(notifications).toMatchObject([{ messages: ['Unpacking…', 'Waiting…'], ended: false }]);
  notifications[0]!.cancel();
  expect(stop).toHaveBeenCalledOnce();
  enter(denoising);
  await vi.waitFor(() => expect(notifications[0]!.ended).toBe(true));
  vi.advanceTimersByTime(1_000);
  expect(notifications).toHaveLength(1);
});

test('a start that is called off elsewhere needs its notification no longer', async () => {
  const { enter, waitFor } = started();
  waitFor('Waiting for the engine…');
  vi.advanceTimersByTime(1_000);
  enter({ kind: 'starting', doing: { kind: 'stopping' } });
  await vi.waitFor(() => expect(notifications).toMatchObject([{ ended: true }]));
});

test('a quick start has none, whatever it waits for', () => {
  const { enter, waitFor } = started();
  for (const message of ['Loading…', 'Waiting…']) {
    waitFor(message);
    vi.advanceTimersByTime(250);
  }
  enter(denoising);
  vi.advanceTimersByTime(1_000);
  expect(notifications).toEqual([]);
});

test('a start after one that was called off has a notification of its own', () => {
  const { waitFor } = started();
  waitFor('Waiting for the engine…');
  vi.advanceTimersByTime(1_000);
  notifications[0]!.cancel();
  waitFor('Waiting for the run before to stop…');
  vi.advanceTimersByTime(1_000);
  expect(notifications.map(({ messages }) => messages)).toEqual([
    ['Waiting for the engine…'],
    ['Waiting for the run before to stop…'],
  ]);
});
