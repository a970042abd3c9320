import { describe, expect, test } from 'vitest';
import { excerptBetween, firstLines, lastLines } from '../../../src/diffusion/trace/excerpt';
import { foldBetween } from '../../../webview/state/foldBetween';
import { type Box, verticalNeighbour } from '../../../webview/state/neighbours';

const lines = (count: number) => Array.from({ length: count }, (_, line) => `line ${line}`);

describe('the text around the spans', () => {
  test('is cut to a few lines on each side', () => {
    const text = lines(20).join('\n');
    expect(lastLines(text)).toBe('line 16\nline 17\nline 18\nline 19');
    expect(firstLines(text)).toBe('line 0\nline 1\nline 2\nline 3');
    expect(lastLines('short')).toBe('short');
  });

  test('is folded between two spans only where that saves lines', () => {
    const whole = lines(9).join('\n');
    expect(foldBetween(whole)).toEqual({ kind: 'whole', text: whole });
    expect(foldBetween(lines(20).join('\n'))).toMatchObject({ kind: 'folded', lines: 12 });
    // A trace holds no more than the two ends of a long one.
    const [start, end] = ['a'.repeat(300), 'b'.repeat(300)];
    expect(foldBetween(excerptBetween(`${start}${end}`))).toEqual({
      kind: 'folded',
      start: start.slice(0, 200),
      lines: null,
      end: end.slice(0, 200),
    });
    // Code may hold the sign that marks what was left out.
    expect(foldBetween('a…b…c')).toEqual({ kind: 'whole', text: 'a…b…c' });
  });
});

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
