import { describe, expect, test } from 'vitest';
import { canvasOf } from '../../../src/diffusion/canvas';
import type { TraceSlot } from '../../../src/diffusion/trace';
import { type VetoContext, vetoes } from '../../../src/engine/server/vetoes';

const PAD = 0;
const MASK = 1;
const pieces = ['', '', ...' ab()'];
const idOf = (piece: string) => pieces.lastIndexOf(piece);

/** A canvas of spans, one token per character, `_` being a pad and `?` a mask. */
const canvas = (...spans: readonly string[]) =>
  canvasOf(
    spans
      .flatMap((text, span) => [...text].map((character) => ({ span, character })))
      .map(
        ({ span, character }, id): TraceSlot =>
          character === '?'
            ? { id, span, state: 'masked', token: MASK }
            : { id, span, state: 'revealed', token: character === '_' ? PAD : idOf(character) },
      ),
    MASK,
  );

const vetoing = (context: Partial<VetoContext> = {}) =>
  vetoes({
    tokenizer: { textOf: (id) => pieces[id]! },
    pad: PAD,
    settled: [false, false],
    borrowed: ['', ''],
    brackets: undefined,
    newErrors: (fills) => {
      const text = fills.map((tokens) => tokens?.map((id) => pieces[id]).join('') ?? '').join();
      return text.split('(').length - text.split(')').length;
    },
    ...context,
  });

describe('a pad is vetoed', () => {
  test('where the text before it would not parse', () => {
    expect(vetoing()(2, PAD, canvas('a(??'))).toBe(false);
    expect(vetoing()(3, PAD, canvas('a()?'))).toBe(true);
    expect(vetoing()(2, idOf('a'), canvas('a(??'))).toBe(true);
  });

  test('only where all of that text is known', () => {
    expect(vetoing()(2, PAD, canvas('(???'))).toBe(true);
  });

  test('with the other spans as they stand, as far as they are known', () => {
    expect(vetoing()(5, PAD, canvas('a(__', 'a?'))).toBe(false);
    expect(vetoing()(5, PAD, canvas('a(__', ')?'))).toBe(true);
    expect(vetoing()(1, PAD, canvas('a?', '(?'))).toBe(true);
    expect(vetoing()(1, PAD, canvas('a?', '(_'))).toBe(false);
  });

  test('where no parser has anything to say, never', () => {
    expect(vetoing({ newErrors: () => null })(2, PAD, canvas('a(??'))).toBe(true);
  });

  test('where the length is settled', () => {
    const veto = vetoing({ settled: [true, false] });
    expect(veto(1, PAD, canvas('a?', 'a?'))).toBe(false);
    expect(veto(3, PAD, canvas('a?', 'a?'))).toBe(true);
  });
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
