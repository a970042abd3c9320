import { describe, expect, test } from 'vitest';
import { type Box, verticalNeighbour } from '../../../../webview/state/neighbours';

describe('arrow keys up and down', () => {
  const box = (left: number, line: number, width = 10): Box => ({
    left,
    top: line * 20,
    width,
    height: 16,
  });
  // Line 0: a b c, line 1: none, line 2: d and a wide e.
  const boxes = [box(0, 0), box(12, 0), box(90, 0), box(0, 2), box(40, 2, 100)];

  test('go to the nearest slot of the nearest line that has one', () => {
    expect(verticalNeighbour(boxes, 1, 1)).toBe(3);
    expect(verticalNeighbour(boxes, 2, 1)).toBe(4);
    expect(verticalNeighbour(boxes, 4, -1)).toBe(2);
  });

  test('pass no line over, and take slots that stand a little higher or lower for those of one line', () => {
    const slots = [...boxes, box(5, 3), { ...box(100, 3), top: 64 }, box(95, 4)];
    expect(verticalNeighbour(slots, 0, 1)).toBe(3);
    expect(verticalNeighbour(slots, 5, -1)).toBe(3);
    expect(verticalNeighbour(slots, 4, 1)).toBe(6);
    expect(verticalNeighbour(slots, 7, -1)).toBe(6);
    expect(verticalNeighbour(slots, 5, 1)).toBe(7);
  });

  test('stay put at the edges', () => {
    expect(verticalNeighbour(boxes, 0, -1)).toBeNull();
    expect(verticalNeighbour(boxes, 3, 1)).toBeNull();
  });
});
