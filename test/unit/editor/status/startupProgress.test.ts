import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunOwner } from '../../../../src/editor/run/runOwner';
import type { RunPhase } from '../../../../src/panel/messages';
import { denoising, waitingFor } from '../../../panelState';
import { progressNotices } from '../progressNotices';

vi.mock('vscode', async () => (await import('../progressNotices')).progressWindow);
const { StartupProgress } = await import('../../../../src/editor/status/startupProgress');

beforeEach(() => {
  vi.useFakeTimers();
  progressNotices.length = 0;
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
  expect(progressNotices).toMatchObject([{ messages: ['Unpacking…', 'Waiting…'], ended: false }]);
  progressNotices[0]!.cancel();
  expect(stop).toHaveBeenCalledOnce();
  enter(denoising);
  await vi.waitFor(() => expect(progressNotices[0]!.ended).toBe(true));
  vi.advanceTimersByTime(1_000);
  expect(progressNotices).toHaveLength(1);
});

test('a start that is called off elsewhere needs its notification no longer', async () => {
  const { enter, waitFor } = started();
  waitFor('Waiting for the engine…');
  vi.advanceTimersByTime(1_000);
  enter({ kind: 'starting', doing: { kind: 'stopping' } });
  await vi.waitFor(() => expect(progressNotices).toMatchObject([{ ended: true }]));
});

test('a quick start has none, whatever it waits for', () => {
  const { enter, waitFor } = started();
  for (const message of ['Loading…', 'Waiting…']) {
    waitFor(message);
    vi.advanceTimersByTime(250);
  }
  enter(denoising);
  vi.advanceTimersByTime(1_000);
  expect(progressNotices).toEqual([]);
});

test('a start after one that was called off has a notification of its own', () => {
  const { waitFor } = started();
  waitFor('Waiting for the engine…');
  vi.advanceTimersByTime(1_000);
  progressNotices[0]!.cancel();
  waitFor('Waiting for the run before to stop…');
  vi.advanceTimersByTime(1_000);
  expect(progressNotices.map(({ messages }) => messages)).toEqual([
    ['Waiting for the engine…'],
    ['Waiting for the run before to stop…'],
  ]);
});
