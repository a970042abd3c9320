import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canvasOf } from '../../../../src/diffusion/canvas';
import type { SlotState, TraceSlot } from '../../../../src/diffusion/trace/trace';
import { readableText, unreadable } from '../../../../src/engine/server/readableText';
import { options, requests } from '../../diffusion/arbitraries';
import { MASK, moodyDenoiser } from '../../diffusion/predictions';
import { run } from '../../diffusion/run';

const encoder = new TextEncoder();

/** Every byte, and pieces that begin, continue and end characters. */
const pieces = [
  ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)),
  ...[
    [0xf0, 0x9f],
    [0xe2, 0x82],
    [0x82, 0xac],
    [0x61, 0xc3],
    [0xa9, 0x62],
    [0xac, 0xf0, 0x9f],
  ].map((bytes) => Uint8Array.from(bytes)),
  encoder.encode('€'),
  encoder.encode('def'),
];
const tokenizer = { size: pieces.length, bytesOf: (token: number) => pieces[token] };

const textOf = (tokens: readonly number[]) =>
  new TextDecoder().decode(Uint8Array.from(tokens.flatMap((token) => [...(pieces[token] ?? [])])));

/** Text in single bytes, of which any are masked, and any pinned. */
const canvases = fc
  .array(fc.array(fc.constantFrom('a', 'é', '€', '😀'), { maxLength: 4 }), {
    minLength: 1,
    maxLength: 2,
  })
  .chain((texts) => {
    const tokens = texts.flatMap((text, span) =>
      [...encoder.encode(text.join(''))].map((byte) => ({ span, byte })),
    );
    const states = fc.constantFrom<SlotState>('masked', 'masked', 'masked', 'revealed', 'pinned');
    return fc
      .array(states, { minLength: tokens.length, maxLength: tokens.length })
      .map((of): TraceSlot[] =>
        tokens.map(({ span, byte }, id) => {
          const state = of[id]!;
          return { id, span, state, token: state === 'masked' ? MASK : byte };
        }),
      );
  });

test('whatever the sampler, every span ends as text where all tokens are offered', {
  timeout: 240_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(requests, canvases, async (request, slots) => {
      const { generation } = await run(moodyDenoiser(request.revealed, pieces.length), {
        ...request,
        slots,
        allowed: readableText(tokenizer),
      });
      for (const span of [0, 1]) {
        const tokens = generation.slots.filter((slot) => slot.span === span);
        expect(textOf(tokens.map(({ token }) => token))).not.toMatch(unreadable);
      }
    }),
    options,
  );
});

const canvas = (tokens: readonly number[]) =>
  canvasOf(
    tokens.map((token, id): TraceSlot => {
      return { id, span: 0, state: token === MASK ? 'masked' : 'revealed', token };
    }),
    MASK,
  );

test('a character may be begun where one token can end it', () => {
  const begun = pieces.findIndex((bytes) => bytes.join() === '240,159');
  const veto = (known: readonly Uint8Array[]) =>
    readableText({ size: known.length, bytesOf: (token) => known[token] })(
      0,
      begun,
      canvas([MASK, MASK, 0x61]),
    );
  expect(veto(pieces)).toBe(true);
  expect(veto(pieces.filter((bytes) => bytes.join() !== '130,172'))).toBe(false);
});

test('what is wrong on the left and out of reach on the right vetoes nothing', () => {
  const veto = readableText(tokenizer);
  expect(veto(2, 0x61, canvas([0xac, 0xac, MASK, 0x61]))).toBe(true);
  expect(veto(0, 0x61, canvas([MASK, 0x61, 0xac]))).toBe(true);
});
