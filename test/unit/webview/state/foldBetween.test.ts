import { expect, test } from 'vitest';
import { excerptBetween } from '../../../../src/diffusion/trace/excerpt';
import { foldBetween } from '../../../../webview/state/foldBetween';

const lines = (count: number) => Array.from({ length: count }, (_, line) => `line ${line}`);

test('the text between two spans is folded only where that saves lines', () => {
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
