import { expect, test } from 'vitest';
import { Editions } from '../../../../src/editor/place/editions';

function begun() {
  const editions = new Editions();
  editions.begin(['author’s', 'text']);
  return { editions, first: editions.present };
}

test('an edit outdates what was made before', () => {
  const { editions, first } = begun();
  editions.edited(['author’s', 'other']);
  expect(editions.present).not.toBe(first);
});

test('what is undone fits again, and so does what is redone', () => {
  const { editions, first } = begun();
  editions.edited(['author’s', 'other']);
  const second = editions.present;
  editions.edited(['author’s', 'text']);
  expect(editions.present).toBe(first);
  editions.edited(['author’s', 'other']);
  expect(editions.present).toBe(second);
});

test('another fill may take the place of one that was accepted, and of the text it replaced once that is undone', () => {
  const { editions, first } = begun();
  editions.filled(['a', 'fill']);
  expect(editions.present).toBe(first);
  editions.edited(['author’s', 'text']);
  expect(editions.present).toBe(first);
  editions.edited(['a', 'fill']);
  expect(editions.present).toBe(first);
  editions.edited(['a', 'fill!']);
  expect(editions.present).not.toBe(first);
});

test('what is exchanged for another text of the same edition is told from an edit that leaves the text alone', () => {
  const { editions } = begun();
  editions.filled(['a', 'fill']);
  expect(editions.edited(['a', 'fill'])).toBe(false);
  expect(editions.edited(['author’s', 'text'])).toBe(true);
  expect(editions.edited(['author’s', 'text'])).toBe(false);
  expect(editions.edited(['author’s', 'other'])).toBe(false);
});

test('which text is in which span counts', () => {
  const { editions, first } = begun();
  editions.edited(['author’st', 'ext']);
  expect(editions.present).not.toBe(first);
});

test('other spans begin anew', () => {
  const { editions } = begun();
  editions.edited(['a', 'b']);
  editions.begin(['c']);
  const { present } = editions;
  editions.edited(['a', 'b']);
  expect(editions.present).not.toBe(present);
});
