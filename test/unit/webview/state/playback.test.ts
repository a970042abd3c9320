import { computed, signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Playback } from '../../../../webview/state/playback';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function openPlayback(steps: number) {
  const last = signal(steps);
  const chosen = signal<number | null>(null);
  const position = computed(() => chosen.value ?? last.value);
  const seek = (to: number) => {
    chosen.value = to;
  };
  const playback = new Playback(position, last, seek);
  return { last, position, playback, seek };
}

test('plays a run from the beginning to its end, and stops there', () => {
  const { position, playback } = openPlayback(3);
  playback.toggle();
  expect(position.value).toBe(0);
  vi.advanceTimersByTime(450);
  expect(position.value).toBe(1);
  vi.advanceTimersByTime(900);
  expect(position.value).toBe(3);
  expect(playback.playing).toBe(false);
});

test('plays on from a step that is not the last', () => {
  const { position, playback, seek } = openPlayback(3);
  seek(1);
  playback.toggle();
  expect(position.value).toBe(1);
  vi.advanceTimersByTime(450);
  expect(position.value).toBe(2);
});

test('goes on while steps arrive faster than it plays', () => {
  const { last, position, playback } = openPlayback(2);
  playback.toggle();
  for (let i = 0; i < 20; i++) {
    last.value++;
    vi.advanceTimersByTime(100);
  }
  expect(position.value).toBeGreaterThanOrEqual(4);
});
