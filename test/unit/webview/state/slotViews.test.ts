import { describe, expect, test } from 'vitest';
import type { Trace } from '../../../../src/diffusion/trace/trace';
import { createCanvasHistory } from '../../../../webview/state/canvases';
import { type SlotView, slotIdsBySpan, slotViews } from '../../../../webview/state/slotViews';
import { header, steps, trace } from '../../smallRun';

const canvases = createCanvasHistory()(trace);
const at = (position: number, previous: ReadonlyMap<number, SlotView> = new Map()) =>
  slotViews(trace, canvases, position, previous);

describe('slot views', () => {
  test('before the first step nothing is known', () => {
    expect(at(0).get(0)).toEqual({
      id: 0,
      span: 0,
      state: 'masked',
      token: header.maskToken,
      text: '',
      pad: false,
      change: null,
      confidence: null,
    });
    expect(at(0).get(1)).toMatchObject({ state: 'pinned', text: '\n  ' });
  });

  test('a reveal shows its token and the probability it was drawn with', () => {
    expect(at(1).get(0)).toMatchObject({
      state: 'revealed',
      text: 'one',
      change: 'reveal',
      confidence: 0.5,
    });
    expect(at(1).get(3)).toMatchObject({ state: 'masked', change: null, confidence: 0.2 });
  });

  test('a token keeps the confidence it was revealed with', () => {
    expect(at(2).get(0)).toMatchObject({ change: null, confidence: 0.5 });
    expect(at(3).get(0)).toMatchObject({ change: null, confidence: 0.5 });
    expect(at(3).get(1)).toMatchObject({ state: 'pinned', confidence: null });
  });

  test('a slot masked again loses its text and says so', () => {
    expect(at(2).get(2)).toMatchObject({
      state: 'masked',
      text: '',
      change: 'remask',
      confidence: 0.3,
    });
  });

  test('a surplus slot is a pad, not a token', () => {
    expect(at(3).get(3)).toMatchObject({ state: 'revealed', pad: true });
  });

  test('views that are equal keep their identity, so that only what changed is drawn', () => {
    const one = at(1);
    const again = at(1, one);
    for (const [id, view] of one) expect(again.get(id)).toBe(view);
    const two = at(2, one);
    expect(two.get(1)).toBe(one.get(1));
    expect(two.get(2)).not.toBe(one.get(2));
    for (const before of [0, 1, 2, 3])
      for (const position of [0, 1, 2, 3]) expect(at(position, at(before))).toEqual(at(position));
  });

  test('confidence follows a slot that was moved by an insertion', () => {
    const inserting: Trace = {
      ...trace,
      steps: [
        {
          ...steps[0]!,
          transitions: [{ kind: 'insert', slot: 8, after: null, span: 0, reason: 'expand' }],
        },
      ],
    };
    const views = slotViews(inserting, createCanvasHistory()(inserting), 1, new Map());
    expect(views.get(3)!.confidence).toBe(0.2);
    expect(views.get(8)).toMatchObject({ change: 'insert', confidence: null });
  });
});

test('slots are grouped by span, and the groups keep their identity while they stay the same', () => {
  const ids = slotIdsBySpan(header.slots, 2, []);
  expect(ids).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(slotIdsBySpan(canvases[2]!, 2, ids)).toBe(ids);
  expect(slotIdsBySpan(header.slots.slice(0, 3), 2, ids)).toEqual([[0, 1], [2]]);
  const others = header.slots.with(1, { ...header.slots[1]!, id: 7 });
  expect(slotIdsBySpan(others, 2, ids)[0]).toEqual([0, 7]);
});
