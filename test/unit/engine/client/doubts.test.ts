import { expect, test } from 'vitest';
import { doubtsAbout } from '../../../../src/engine/client';

const infill = { kind: 'infill' } as const;
const around = ['const a = ', ';\n'];
const span = (length: number, slots: number | 'auto' = 'auto') => ({
  text: 'x'.repeat(length),
  slots,
});
const doubts = (context: string[], ...spans: ReturnType<typeof span>[]) =>
  doubtsAbout({ mode: infill, context, spans }, 64);

test('far more text than its slots can hold, those of the model or those asked for', () => {
  expect(doubts(around, span(768))).toEqual([]);
  expect(doubts(around, span(769))).toMatchObject([{ kind: 'tooLarge', span: 0, slots: 64 }]);
  expect(doubts([...around, ''], span(1), span(13, 1))).toMatchObject([{ span: 1, slots: 1 }]);
});

test('white space alone around all spans', () => {
  expect(doubts(['\n', ' \n'], span(0))).toEqual([{ kind: 'nothingAround' }]);
  expect(doubts(['', '  ', 'a'], span(0), span(3))).toEqual([]);
});

test('nothing about a rewrite', () => {
  const mode = { kind: 'rewrite', strength: 0.4 } as const;
  expect(doubtsAbout({ mode, context: ['', ''], spans: [span(769)] }, 64)).toEqual([]);
});
