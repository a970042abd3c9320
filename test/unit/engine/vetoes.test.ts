import { expect, test } from 'vitest';
import { canvasOf } from '../../../src/diffusion/canvas';
import type { TraceSlot } from '../../../src/diffusion/trace';
import { type VetoContext, vetoes } from '../../../src/engine/server/vetoes';

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
    tokenizer: { textOf: (id) => pieces[id]! },
    pad: PAD,
    settled: [false, false],
    borrowed: ['', ''],
    brackets: undefined,
    ...context,
  })!;

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

test('nothing is vetoed where nothing has to be', () => {
  const free = { tokenizer: { textOf: () => '' }, pad: PAD, settled: [false], borrowed: [''] };
  expect(vetoes({ ...free, brackets: undefined })).toBeUndefined();
});
