import { describe, expect, test } from 'vitest';
import { createCanvasHistory, slotIndex } from '../../../../webview/state/canvases';
import { header, steps, trace } from '../../smallRun';

describe('canvas history', () => {
  test('holds the canvas of every position', () => {
    const canvases = createCanvasHistory()(trace);
    const states = canvases.map((canvas) => canvas.map((slot) => slot.state[0]).join(''));
    expect(states).toEqual(['mpmm', 'rprm', 'rpmm', 'rprr']);
    expect(canvases[3]!.map((slot) => slot.token)).toEqual([1, 3, 1, 0]);
  });

  test('replays only the steps that are new', () => {
    const history = createCanvasHistory();
    const early = history({ ...trace, steps: steps.slice(0, 2) });
    const late = history(trace);
    expect(late).toHaveLength(4);
    for (const [position, canvas] of early.entries()) expect(late[position]).toBe(canvas);
    expect(history({ ...trace, steps: steps.slice(0, 1) })).toHaveLength(2);
  });

  test('starts over with another run and with none', () => {
    const history = createCanvasHistory();
    history(trace);
    const other = { ...header, slots: header.slots.slice(0, 2) };
    expect(history({ ...trace, header: other, steps: [] })).toEqual([other.slots]);
    expect(history(null)).toEqual([]);
  });
});

test('a slot is found where it was expected and elsewhere', () => {
  expect(slotIndex(header.slots, 2)).toBe(2);
  expect(slotIndex(header.slots.slice(1), 3)).toBe(2);
  expect(slotIndex(header.slots, 7)).toBe(-1);
});
