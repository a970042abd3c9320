import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TraceHeader, TraceStep } from '../../../../src/diffusion/trace/trace';
import type { FillFrame } from '../../../../src/engine/protocol/messages';
import { FrameSender } from '../../../../src/engine/server/frameSender';
import { stepOf } from '../../traces';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

function sender() {
  const frames: FillFrame[] = [];
  return {
    frames,
    sender: new FrameSender(
      'run',
      (id) => `t${id}`,
      (f) => frames.push(f),
    ),
  };
}

const step = (index: number, tokens: number[] = []) =>
  stepOf(index, [], { alternatives: [tokens.map((token) => [token, -1])] });

const indices = (frames: FillFrame[]) =>
  frames.map((frame) => (frame.kind === 'steps' ? frame.steps.map((s) => s.index) : frame.kind));

test('sends the first step at once and gathers those that follow quickly', () => {
  const { frames, sender: s } = sender();
  s.step(step(0));
  expect(indices(frames)).toEqual([[0]]);
  for (let i = 1; i <= 3; i++) s.step(step(i));
  expect(indices(frames)).toEqual([[0]]);
  vi.advanceTimersByTime(40);
  expect(indices(frames)).toEqual([[0], [1, 2, 3]]);
});

test('sends steps that are slow one by one, at once', () => {
  const { frames, sender: s } = sender();
  for (let i = 0; i < 3; i++) {
    s.step(step(i));
    vi.advanceTimersByTime(50);
  }
  expect(indices(frames)).toEqual([[0], [1], [2]]);
});

test('sends no more than 30 frames of few slots a second, and loses no step', () => {
  const { frames, sender: s } = sender();
  for (let i = 0; i < 1000; i++) {
    s.step(step(i));
    vi.advanceTimersByTime(1);
  }
  s.flush();
  // One at the start, one every 34 ms, one for the flush.
  expect(frames.length).toBeLessThanOrEqual(32);
  expect(frames.length).toBeGreaterThan(20);
  expect(indices(frames).flat()).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});

test('a flush leaves nothing for later', () => {
  const { frames, sender: s } = sender();
  s.step(step(0));
  s.step(step(1));
  s.flush();
  vi.advanceTimersByTime(100);
  expect(indices(frames)).toEqual([[0], [1]]);
});

test('names every token once, in the first frame of a trace that mentions it', () => {
  const { frames, sender: s } = sender();
  const slots = [{ id: 0, span: 0, state: 'masked', token: 1 } as const];
  const header = { slots, maskToken: 1, padToken: 0 } as unknown as TraceHeader;
  s.started(header);
  s.step(step(0, [5, 6]));
  vi.advanceTimersByTime(50);
  s.step({ ...step(1, [6, 7]), transitions: [reveal(9)] });
  s.started({ ...header, slots: [{ id: 0, span: 0, state: 'revealed', token: 9 }] });
  expect(frames.map((frame) => 'tokenTexts' in frame && frame.tokenTexts)).toEqual([
    { 0: 't0', 1: 't1' },
    { 5: 't5', 6: 't6' },
    { 7: 't7', 9: 't9' },
    { 0: 't0', 1: 't1', 9: 't9' },
  ]);
});

const reveal = (token: number) =>
  ({ kind: 'reveal', slot: 0, token, logProb: 0, reason: 'test' }) as const;

test('sends how another candidate came about, with token texts of its own, in frames that are quick to read', () => {
  const { frames, sender: s } = sender();
  const slots = [{ id: 0, span: 0, state: 'masked', token: 1 } as const];
  const header = { slots, maskToken: 1, padToken: null } as unknown as TraceHeader;
  s.started(header);
  s.step(step(0));
  s.step(step(1));
  const wide = [0, 1, 2].map((index) => ({
    ...step(index, [5]),
    confidence: new Array<number>(30).fill(0.5),
  }));
  s.candidate(2, header, wide);
  expect(frames.slice(2)).toMatchObject([
    { kind: 'steps', steps: [{ index: 1 }] },
    { kind: 'candidate', index: 2, header, tokenTexts: { 1: 't1' } },
    { kind: 'candidateSteps', index: 2, steps: wide.slice(0, 2), tokenTexts: { 5: 't5' } },
    { kind: 'candidateSteps', index: 2, steps: wide.slice(2), tokenTexts: {} },
  ]);
});

test('sends at once what would make a frame that is slow to read', () => {
  const { frames, sender: s } = sender();
  const wide = (index: number, slots: number): TraceStep => ({
    ...step(index, [index]),
    confidence: new Array<number>(slots).fill(0.5),
  });
  s.step(wide(0, 16));
  for (let i = 1; i <= 9; i++) s.step(wide(i, 16));
  expect(indices(frames)).toEqual([[0], [1, 2, 3, 4], [5, 6, 7, 8]]);
  s.step(wide(10, 1000));
  s.step(wide(11, 1));
  s.flush();
  expect(indices(frames)).toEqual([[0], [1, 2, 3, 4], [5, 6, 7, 8], [9], [10], [11]]);
  expect(
    frames.map((frame) => 'tokenTexts' in frame && Object.keys(frame.tokenTexts).map(Number)),
  ).toEqual(indices(frames));
});
