import { expect, test } from 'vitest';
import { placeIn } from '../../../../../src/engine/server/benchmark/place';

/** One token per word, white space before it included. */
const words = { encode: (text: string) => [...text.matchAll(/\s*\S+|\s+$/g)] };
const seen: string[] = [];
const tokenizer = {
  encode: (text: string) =>
    words.encode(text).map(([word]) => {
      if (!seen.includes(word)) seen.push(word);
      return seen.indexOf(word);
    }),
  decode: (ids: readonly number[]) => ids.map((id) => seen[id]).join(''),
};
const line = (i: number) => `line ${i} has six words .\n`;
const text = Array.from({ length: 60 }, (_, i) => line(i)).join('');

test('as many tokens on either side as asked for, and whole lines left out between them', () => {
  for (let round = 0; round < 20; round++) {
    const { context } = placeIn(text, tokenizer, round, 30, 20)!;
    const [before, after] = context;
    const at = text.indexOf(before) + before.length;
    const end = text.indexOf(after, at);
    expect(text.slice(at, end)).toMatch(/^line \d+ [^\n]*(\nline \d+ [^\n]*)*$/);
    expect(tokenizer.encode(text.slice(at, end)).length).toBeGreaterThanOrEqual(12);
    // A line break belongs to the word behind it; by itself, at the end, it is a token.
    expect(tokenizer.encode(before).length).toBeGreaterThanOrEqual(15);
    expect(tokenizer.encode(before).length).toBeLessThanOrEqual(16);
    expect(tokenizer.encode(after)).toHaveLength(15);
  }
});

test('every round has a place of its own', () => {
  const places = Array.from({ length: 8 }, (_, round) => placeIn(text, tokenizer, round, 30, 20));
  expect(new Set(places.map((place) => place!.context[0])).size).toBe(8);
});

test('there is none in a text that is too short', () => {
  expect(placeIn(text, tokenizer, 0, 400, 20)).toBeUndefined();
});
