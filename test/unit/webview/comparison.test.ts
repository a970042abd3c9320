import { describe, expect, test } from 'vitest';
import type { TraceSlot } from '../../../src/diffusion/trace';
import { createCanvasHistory } from '../../../webview/state/canvases';
import { compareCanvases, figuresOf, positionIn } from '../../../webview/state/comparison';
import { trace } from './smallRun';

const slots = (...tokens: (number | null)[]): TraceSlot[] =>
  tokens.map((token, id) => ({
    id,
    span: id < 2 ? 0 : 1,
    state: token === null ? 'masked' : 'revealed',
    token: token ?? 9,
  }));

describe('two canvases', () => {
  test('differ where one has another token, or a mask', () => {
    const { ours, theirs } = compareCanvases(slots(1, null, 3, null), slots(1, 2, 4, null));
    expect([...ours]).toEqual([1, 2]);
    expect([...theirs]).toEqual([1, 2]);
  });

  test('do not differ where a token is only pinned', () => {
    const pinned = slots(1, 2, 3).map((slot) => ({ ...slot, state: 'pinned' as const }));
    expect(compareCanvases(pinned, slots(1, 2, 3)).ours.size).toBe(0);
  });

  test('are compared by the place in the span: one may have more slots', () => {
    const longer: TraceSlot[] = [
      { id: 0, span: 0, state: 'revealed', token: 1 },
      { id: 1, span: 0, state: 'revealed', token: 2 },
      { id: 2, span: 0, state: 'revealed', token: 5 },
      { id: 3, span: 1, state: 'revealed', token: 3 },
    ];
    const { ours, theirs } = compareCanvases(longer, slots(1, 2, 3));
    expect([...ours]).toEqual([2]);
    expect(theirs.size).toBe(0);
  });
});

test('a run that was over earlier is taken as it ended', () => {
  const canvases = createCanvasHistory()(trace);
  expect([0, 2, 9].map((position) => positionIn(canvases, position))).toEqual([0, 2, 3]);
  expect(figuresOf(trace, canvases, 1)).toEqual({
    steps: 3,
    masked: 1,
    meanLogProb: -0.3,
    stepsMs: 30,
  });
  expect(figuresOf({ ...trace, outcome: { kind: 'stopped' } }, canvases, 9)).toMatchObject({
    masked: 0,
    meanLogProb: null,
  });
});
