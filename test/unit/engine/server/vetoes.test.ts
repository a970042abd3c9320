import { expect, test } from 'vitest';
import { canvasOf } from '../../../../src/diffusion/canvas';
import type { TraceSlot } from '../../../../src/diffusion/trace/trace';
import { type VetoContext, vetoes } from '../../../../src/engine/server/vetoes';

const PAD = 0;
const MASK = 1;
const pieces = ['', '', ...' ab()'];
const idOf = (piece: string) => pieces.lastIndexOf(piece);

/** A canvas of spans, one token per character, `?` being a mask. */
const canvas = (...spans: readonly string[]) =>
  canvasOf(
    spans
      .flatMap((text, span) => [...text].map((character) => ({ span, character })))
      .map(
        ({ span, character }, id): TraceSlot =>
          character === '?'
            ? { id, span, state: 'masked', token: MASK }
            : { id, span, state: 'revealed', token: idOf(character) },
      ),
    MASK,
  );

const vetoing = (context: Partial<VetoContext>) =>
  vetoes({
    tokenizer: {
      size: pieces.length,
      textOf: (id) => pieces[id]!,
      bytesOf: (id) => new TextEncoder().encode(pieces[id]),
    },
    pad: PAD,
    settled: [false, false],
    borrowed: ['', ''],
    brackets: undefined,
    ...context,
  });

test('a pad is vetoed where the length is settled', () => {
  const veto = vetoing({ settled: [true, false] });
  expect(veto(1, PAD, canvas('a?', 'a?'))).toBe(false);
  expect(veto(3, PAD, canvas('a?', 'a?'))).toBe(true);
  expect(veto(1, idOf('a'), canvas('a?', 'a?'))).toBe(true);
});

test('the first token of a span begins with what is borrowed', () => {
  const veto = vetoing({ borrowed: ['', ' '] });
  expect(veto(0, idOf('a'), canvas('??', '??'))).toBe(true);
  expect(veto(2, idOf('a'), canvas('??', '??'))).toBe(false);
  expect(veto(2, idOf(' '), canvas('??', '??'))).toBe(true);
  expect(veto(3, idOf('a'), canvas('??', ' ?'))).toBe(true);
});

test('brackets are vetoed by whom they are left to', () => {
  const veto = vetoing({ brackets: (_, token) => token !== idOf(')') });
  expect(veto(0, idOf(')'), canvas('??', '??'))).toBe(false);
  expect(veto(0, idOf('('), canvas('??', '??'))).toBe(true);
});

test.each(['é', '€', '😀'])('%s is a character with its last byte, and not before', (character) => {
  const bytes = [...new TextEncoder().encode(character)];
  const ids = [...'ab()'].map(idOf);
  const veto = vetoing({
    tokenizer: {
      size: pieces.length,
      textOf: () => '',
      bytesOf: (id) => {
        const byte = bytes[ids.indexOf(id)];
        return byte === undefined ? undefined : Uint8Array.of(byte);
      },
    },
  });
  for (let count = 1; count <= bytes.length; count++) {
    const begun = canvas('ab()'.slice(0, count).padEnd(8, '?'));
    const isWhole = count === bytes.length;
    expect(veto(count, PAD, begun)).toBe(isWhole);
    expect(veto(count, ids[0]!, begun)).toBe(isWhole);
    expect(veto(count, ids[1]!, begun)).toBe(!isWhole);
  }
});

test('part of a character is vetoed without the others', () => {
  const [a = 0, b = 0, c = 0] = ['a', 'b', '('].map(idOf);
  const euro = new Map([a, b, c].map((id, i) => [id, Uint8Array.of([0xe2, 0x82, 0xac][i]!)]));
  const veto = vetoing({
    tokenizer: { size: pieces.length, textOf: () => '', bytesOf: (id) => euro.get(id) },
  });
  expect(veto(0, a, canvas('????'))).toBe(true);
  expect(veto(0, b, canvas('????'))).toBe(false);
  expect(veto(1, PAD, canvas('a???'))).toBe(false);
  expect(veto(1, a, canvas('a???'))).toBe(false);
  expect(veto(1, b, canvas('a???'))).toBe(true);
  expect(veto(2, c, canvas('ab??'))).toBe(true);
  expect(veto(3, PAD, canvas('ab(?'))).toBe(true);
  expect(veto(3, b, canvas('ab(?'))).toBe(false);
});

test('bytes of no character, and control characters, are vetoed', () => {
  for (const byte of [0x00, 0x04, 0x7f, 0xc0, 0xf1, 0xf2, 0xff]) {
    const bytesOf = () => Uint8Array.of(byte);
    expect(
      vetoing({ tokenizer: { size: pieces.length, textOf: () => '', bytesOf } })(
        0,
        2,
        canvas('????'),
      ),
    ).toBe(false);
  }
});

test('a character has to end with its span, and is not asked about behind a mask', () => {
  const [a = 0, b = 0] = ['a', 'b'].map(idOf);
  const bytes = new Map([
    [a, Uint8Array.of(0xc3)],
    [b, Uint8Array.of(0xa9)],
  ]);
  const veto = vetoing({
    tokenizer: { size: pieces.length, textOf: () => '', bytesOf: (id) => bytes.get(id) },
  });
  expect(veto(1, b, canvas('a?', '??'))).toBe(true);
  expect(veto(1, a, canvas(' ?', '??'))).toBe(false);
  expect(veto(2, a, canvas(' ?', '??'))).toBe(true);
  expect(veto(3, b, canvas(' ?', '??'))).toBe(true);
});
