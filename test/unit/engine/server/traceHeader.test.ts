import { expect, test } from 'vitest';
import { version } from '../../../../package.json';
import type { LoadedModel } from '../../../../src/denoiser';
import type { FillRequest } from '../../../../src/engine/protocol/messages';
import { traceHeader } from '../../../../src/engine/server/traceHeader';

const model = {
  model: { manifest: { name: 'm', version: '1' } },
  executionProvider: 'cpu',
  precision: 'int4',
  tokens: { mask: 1, pad: 0 },
} as unknown as LoadedModel;

const layout = {
  ids: [1, 2],
  positions: [0, 1],
  spanStarts: [2],
  pieces: [[1, 2], []],
  borrowed: [''],
};
const headerOf = (...context: string[]) =>
  traceHeader(model, { context, spans: [] as readonly unknown[] } as FillRequest, layout, []);
const excerptOf = (...context: string[]) => headerOf(...context).excerpt;

test('a header says what made the run: Unmask, and the weights in the precision that ran', () => {
  const { unmask, model: of, executionProvider } = headerOf('a', 'b');
  expect({ unmask, of, executionProvider }).toEqual({
    unmask: version,
    of: { name: 'm', version: '1', precision: 'int4' },
    executionProvider: 'cpu',
  });
});

test('a header carries short surroundings whole', () => {
  expect(excerptOf('a', 'b', 'c', 'd')).toEqual({ before: 'a', between: ['b', 'c'], after: 'd' });
});

test('of long ones it carries what is nearest to the spans', () => {
  const text = `${'a'.repeat(300)}${'b'.repeat(300)}`;
  const { before, between, after } = excerptOf(text, text, text);
  expect(before).toBe('a'.repeat(100) + 'b'.repeat(300));
  expect(between).toEqual([`${'a'.repeat(200)}\n…\n${'b'.repeat(200)}`]);
  expect(after).toBe('a'.repeat(300) + 'b'.repeat(100));
});

test('what a span’s slots take along is not shown before them as well', () => {
  const spans = [8, 'auto'].map((slots) => ({ text: '', slots }));
  const request = { context: ['x = ', '; y =', ' + 1'], spans } as FillRequest;
  const header = traceHeader(model, request, { ...layout, borrowed: [' ', ''] }, []);
  expect(header.excerpt).toEqual({ before: 'x =', between: ['; y ='], after: ' + 1' });
  expect(header.borrowed).toEqual([' ', '']);
  expect(header.automatic).toEqual([false, true]);
  const plain = traceHeader(
    model,
    { ...request, spans: spans.slice(0, 1) } as FillRequest,
    layout,
    [],
  );
  expect(plain).not.toHaveProperty('borrowed');
  expect(plain).not.toHaveProperty('automatic');
});

test('it never cuts a character in two', () => {
  const { before, after } = excerptOf(`${'😀'.repeat(300)}x`, `x${'😀'.repeat(300)}`);
  expect(/\p{Cs}/u.test(before)).toBe(false);
  expect(/\p{Cs}/u.test(after)).toBe(false);
  expect(before).toHaveLength(399);
});
