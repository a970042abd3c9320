import { expect, test } from 'vitest';
import { presets } from '../../../../src/diffusion/settings/presets';
import type { FoundFill } from '../../../../src/engine/server/searchFills';
import { bestFills, wholeFills } from '../../../../src/engine/server/wholeFills';

const fill = (text: string, logProb: number, newErrors = 0): FoundFill => ({
  slots: [],
  logProb,
  meanLogProb: logProb / text.length,
  sampler: presets[0]!.sampler,
  seed: 1,
  steps: [],
  found: 1,
  wasShown: false,
  texts: [text],
  newErrors,
});
const textsOf = (fills: readonly FoundFill[]) => fills.map(({ texts }) => texts[0]);

test('the best fills come first, each once, as many as are asked for', () => {
  const fills = [fill('a', -2), fill('b', -1, 1), fill('c', -1), fill('a', -2)];
  expect(textsOf(bestFills(fills, 2))).toEqual(['c', 'a']);
  expect(bestFills(fills, 9).map(({ found }) => found)).toEqual([1, 2, 1]);
});

test('what cannot be read is offered only where there is nothing else', () => {
  const broken = [fill('\uFFFD', -0.1), fill('x\u0006', -0.2)];
  expect(textsOf(bestFills([...broken, fill('tab\tand\nline', -3)], 4))).toEqual([
    'tab\tand\nline',
  ]);
  expect(textsOf(bestFills(broken, 4))).toEqual(['\uFFFD', 'x\u0006']);
});

test('fills of a run whose slots did not grow are whole as they are', () => {
  const fills = [fill('a', -2)];
  expect(wholeFills(fills, [], undefined, { maskToken: 9, padToken: 0 })).toEqual(fills);
});
