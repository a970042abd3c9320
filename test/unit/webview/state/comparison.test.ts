import { describe, expect, test } from 'vitest';
import type { TraceSlot } from '../../../../src/diffusion/trace/trace';
import { createCanvasHistory } from '../../../../webview/state/canvases';
import {
  compareCanvases,
  figuresOf,
  positionIn,
  type ReadCanvas,
} from '../../../../webview/state/comparison';
import { trace } from '../../smallRun';

const slots = (...tokens: (number | null)[]): TraceSlot[] =>
  tokens.map((token, id) => ({
    id,
    span: id < 2 ? 0 : 1,
    state: token === null ? 'masked' : 'revealed',
    token: token ?? 9,
  }));

const texts = { 1: 'a', 2: 'b', 3: 'c', 4: 'd', 5: 'e' };
const canvas = (...tokens: (number | null)[]): ReadCanvas => ({
  slots: slots(...tokens),
  tokenTexts: texts,
});

describe('two canvases', () => {
  test('differ where one has another token, or a mask', () => {
    const { ours, theirs } = compareCanvases(canvas(1, null, 3, null), canvas(1, 2, 4, null));
    expect([...ours]).toEqual([1, 2]);
    expect([...theirs]).toEqual([1, 2]);
  });

  test('do not differ where a token is only pinned', () => {
    const pinned = slots(1, 2, 3).map((slot) => ({ ...slot, state: 'pinned' as const }));
    const ours = { slots: pinned, tokenTexts: texts };
    expect(compareCanvases(ours, canvas(1, 2, 3)).ours.size).toBe(0);
  });

  test('are compared by the place in the span: one may have more slots', () => {
    const longer: TraceSlot[] = [
      { id: 0, span: 0, state: 'revealed', token: 1 },
      { id: 1, span: 0, state: 'revealed', token: 2 },
      { id: 2, span: 0, state: 'revealed', token: 5 },
      { id: 3, span: 1, state: 'revealed', token: 3 },
    ];
    const { ours, theirs } = compareCanvases({ slots: longer, tokenTexts: texts }, canvas(1, 2, 3));
    expect([...ours]).toEqual([2]);
    expect(theirs.size).toBe(0);
  });

  test('of two models are compared by the texts of their tokens', () => {
    const other = { slots: slots(7, 1), tokenTexts: { 7: 'a', 1: 'x' } };
    expect([...compareCanvases(canvas(1, 1), other).ours]).toEqual([1]);
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
