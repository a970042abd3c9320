import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModelTokenizer } from '../../../src/denoiser/tokenizer';
import { tinyModel } from '../../tinyModels';
import { sampleTokenizer, specials } from './sampleTokenizer';

const sample = sampleTokenizer();
const real = await ModelTokenizer.open(path.join(tinyModel, 'tokenizer.json'));

/** Every code point but the surrogates, which are no characters by themselves; half of them ASCII. */
const anyText = fc
  .array(
    fc.oneof(
      { arbitrary: fc.integer({ min: 0, max: 0x7f }), weight: 2 },
      fc.integer({ min: 0x80, max: 0xd7ff }),
      fc.integer({ min: 0xe000, max: 0x10ffff }),
    ),
    { maxLength: 60, size: 'max' },
  )
  .map((codePoints) => String.fromCodePoint(...codePoints));

describe.each([
  ['a sample', sample],
  ['the tiny model', real],
])('the tokenizer of %s', (_, tokenizer) => {
  test('loses nothing of any well-formed text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
      }),
    );
  });

  test.each([
    ['code', 'for (const x of xs) {\n\treturn "x";\n}\n\n\n'],
    ['characters beyond the BMP', 'const 𝒳 = "👩‍👩‍👧‍👦 é é";'],
    ['line and paragraph separators', 'a\u2028b\u2029c\r\nd\u0000'],
    ['a byte order mark', '\ufeffimport x'],
    ['space before punctuation', "do n't , you 're . ( a )"],
  ])('loses nothing of %s', (_what, text) => {
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  test('takes special tokens in source text for text', () => {
    const text = `mask = "<|mask|>" or "<|pad|><|end|>"`;
    const ids = tokenizer.encode(text);
    for (const special of specials.slice(0, 4)) expect(ids).not.toContain(tokenizer.idOf(special));
    expect(tokenizer.decode(ids)).toBe(text);
  });

  test('leaves special tokens out of decoded text', () => {
    const pad = tokenizer.idOf('<|pad|>')!;
    expect(tokenizer.decode([...tokenizer.encode('a = 1'), pad, pad])).toBe('a = 1');
    expect(tokenizer.decode([pad])).toBe('');
    expect(tokenizer.decode([])).toBe('');
  });
});

test('its size is one more than the largest id', () => {
  expect(sample.size).toBe(specials.length + 256 + 7);
  expect(real.size).toBe(512);
});

test('shows a token as its text, its name, or its bytes', () => {
  const [word] = sample.encode('return');
  expect(sample.textOf(word!)).toBe('return');
  expect(sample.textOf(sample.idOf('<|mask|>')!)).toBe('<|mask|>');
  expect(sample.encode('€').map((id) => sample.textOf(id))).toEqual(['\\xe2', '\\x82', '\\xac']);
  expect(sample.textOf(sample.encode('\n  ')[0]!)).toBe('\n  ');
  expect(sample.textOf(99_999)).toBe('#99999');
});

test('joins the parts of a character that several tokens share', () => {
  expect(sample.decode(sample.encode('a€b'))).toBe('a€b');
  expect(sample.decode(sample.encode('€').slice(0, 2))).toBe('\ufffd');
});

test('text that was added to the vocabulary is text', () => {
  const tokenizer = sampleTokenizer(['    ', '\t\t']);
  const text = 'if x:\n    return €';
  const ids = tokenizer.encode(text);
  const run = tokenizer.idOf('    ')!;
  expect(ids).toContain(run);
  expect(tokenizer.decode(ids)).toBe(text);
  expect(tokenizer.textOf(run)).toBe('    ');
  expect(tokenizer.bytesOf(run)).toEqual(new TextEncoder().encode('    '));
  expect(tokenizer.textless).toEqual(specials.map((_, id) => id));
});

test('what a model names is no text, whether or not it is called special', () => {
  const tokenizer = sampleTokenizer(['<|end|>of', '    '], ['<|end|>of', '<|nowhere|>']);
  const named = tokenizer.idOf('<|end|>of')!;
  expect(tokenizer.textless).toEqual([...specials.keys(), named]);
  expect(tokenizer.bytesOf(named)).toBeUndefined();
  expect(tokenizer.decode([named, ...tokenizer.encode('x')])).toBe('x');
  expect(tokenizer.encode('a<|end|>of')).not.toContain(named);
  expect(tokenizer.decode(tokenizer.encode('a<|end|>of'))).toBe('a<|end|>of');
});
