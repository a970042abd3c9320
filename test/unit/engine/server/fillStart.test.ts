import { expect, test, vi } from 'vitest';
import type { LoadedModel } from '../../../../src/denoiser';
import { type CheckedFillRequest, fillSchema } from '../../../../src/engine/protocol/messages';
import { fillStart } from '../../../../src/engine/server/fillStart';
import { fillRequest } from '../../../engine/engineUnderTest';

/** One token per character. */
const encode = vi.fn((text: string) => [...text].map((character) => character.charCodeAt(0)));
const model = {
  tokenizer: { encode },
  tokens: { mask: 1, pad: 0 },
  model: { manifest: { spanGap: 64, maxSlots: 128 } },
} as unknown as LoadedModel;

const start = (text: string, mode: CheckedFillRequest['mode'] = { kind: 'infill' }) =>
  fillStart(model, fillSchema.parse(fillRequest({ mode, spans: [{ text, slots: 'auto' }] })), {
    borrowed: [''],
  });

test('an infill guesses L by the text in the span', () => {
  expect(start('').lengths).toEqual([16]);
  expect(start('x'.repeat(10)).lengths).toEqual([23]);
  expect(start('   \n').lengths).toEqual([16]);
});

test('of a file that is selected, an infill reads no more than L can depend on', () => {
  encode.mockClear();
  expect(start('const a = 1;\n'.repeat(50_000)).lengths).toEqual([64]);
  const read = encode.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
  expect(read).toBeLessThan(1000);
});

test('a rewrite starts from the text and pads behind it, whatever its length', () => {
  const begun = start('abc', { kind: 'rewrite', strength: 1e-9 });
  const tokensOf = ({ slots }: typeof begun) => slots.map(({ token }) => token);
  expect(tokensOf(begun)).toEqual([97, 98, 99, ...new Array(10).fill(0)]);
  expect(tokensOf(begun.withLengths([5]))).toEqual([97, 98, 99, 0, 0]);
  expect(begun.withLengths([5]).lengths).toEqual([5]);
});

test('a rewrite starts from all of the text, and refuses more than the model has slots for', () => {
  const rewrite = { kind: 'rewrite', strength: 1 } as const;
  expect(start('x'.repeat(40), rewrite).lengths).toEqual([64]);
  expect(() => start('x'.repeat(1000), rewrite)).toThrow(/1000 slots.*at most 64/);
});
