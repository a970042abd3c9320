import { expect, test } from 'vitest';
import { doubtAbout } from '../../../src/editor/doubts';

const infill = { kind: 'infill' } as const;
const around = ['const a = ', ';\n'];
const span = (length: number, slots: number | 'auto' = 'auto') => ({
  text: 'x'.repeat(length),
  slots,
});
const doubt = (context: string[], ...spans: ReturnType<typeof span>[]) =>
  doubtAbout({ mode: infill, context, spans }, 64);

test('a selection far longer than its slots can take is doubted, by those of the model or those asked for', () => {
  expect(doubt(around, span(768))).toBeNull();
  expect(doubt(around, span(769))).toMatch(/^769 characters are selected.*at most 64 tokens/);
  expect(doubt([...around, ''], span(1), span(13, 1))).toMatch(/^13 .*at most 1 token\./);
  const rewrite = { kind: 'rewrite', strength: 0.4 } as const;
  expect(doubtAbout({ mode: rewrite, context: around, spans: [span(769)] }, 64)).toBeNull();
});

test('white space alone around all spans is doubted', () => {
  expect(doubt(['\n', ' \n'], span(0))).toContain('nothing but white space');
  expect(doubt(['', '  ', 'a'], span(0), span(3))).toBeNull();
});
