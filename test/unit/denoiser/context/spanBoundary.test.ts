import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  cutBoundary,
  healedBoundary,
  type SpanBoundary,
} from '../../../../src/denoiser/context/spanBoundary';
import { ModelTokenizer } from '../../../../src/denoiser/tokenizer';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

test('a last space goes with the slots, other last white space stands alone', () => {
  expect(healedBoundary('return ')).toEqual({ before: 'return', lone: '', borrowed: ' ' });
  expect(healedBoundary('\n    ')).toEqual({ before: '\n   ', lone: '', borrowed: ' ' });
  expect(healedBoundary('{\n\t\t')).toEqual({ before: '{\n\t', lone: '\t', borrowed: '' });
  expect(healedBoundary('}\n\n')).toEqual({ before: '}\n', lone: '\n', borrowed: '' });
});

test.each(['', 'f(', 'x;\n', '{\t', ' '])('%j is cut as it is', (text) => {
  expect(healedBoundary(text)).toEqual(cutBoundary(text));
});

test('the training code has the same boundaries', async () => {
  // models/training/tests/test_span_boundary.py reads them too.
  const cases: (SpanBoundary & { readonly text: string })[] = JSON.parse(
    await readFile(path.join(root, 'test/fixtures/span-boundaries.json'), 'utf8'),
  );
  for (const { text, ...boundary } of cases) expect(healedBoundary(text)).toEqual(boundary);
});

test('tokens up to a word and of the word are those of the text as a whole', async () => {
  const tokenizer = await ModelTokenizer.open(path.join(root, 'models/unmask-135m/tokenizer.json'));
  const sources = ['src/diffusion/step/draft.ts', 'models/training/adapt/encode_graph.py'];
  let boundaries = 0;
  let mended = 0;
  for (const source of sources) {
    const text = (await readFile(path.join(root, source), 'utf8')).replace(/^ {2}/gm, '\t');
    for (const { index } of text.matchAll(/(?<=\s)\w+/g)) {
      const start = Math.max(0, index - 200);
      const [around, word] = [text.slice(start, index), /^\w+/.exec(text.slice(index))![0]];
      const { before, lone, borrowed } = healedBoundary(around);
      const whole = tokenizer.encode(around + word);
      const pieces = (...texts: string[]) => texts.flatMap((each) => tokenizer.encode(each));
      expect(pieces(before, lone, borrowed + word)).toEqual(whole);
      boundaries++;
      if (pieces(around, word).join() !== whole.join()) mended++;
    }
  }
  expect(boundaries).toBeGreaterThan(500);
  expect(mended).toBeGreaterThan(0.8 * boundaries);
});
