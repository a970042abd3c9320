import { describe, expect, test } from 'vitest';
import { batchSequences, sequenceOf } from '../../../../src/denoiser/sequence/sequence';

/** Context tokens 1, 2 | 3 | 4, 5 around two spans. */
const layout = { ids: [1, 2, 3, 4, 5], positions: [0, 1, 10, 19, 20], spanStarts: [2, 11] };
const canvas = { spanLengths: [2, 1], tokens: Int32Array.of(91, 92, 93) };

describe('sequenceOf', () => {
  test('puts the slots between the context tokens', () => {
    expect(sequenceOf(layout, canvas, 0)).toEqual({
      ids: [1, 2, 91, 92, 3, 93, 4, 5],
      rows: [2, 3, 5],
    });
  });

  test('names the rows before, of a model whose rows are about the token behind', () => {
    expect(sequenceOf(layout, canvas, 1).rows).toEqual([1, 2, 4]);
  });

  test('takes the first row for the first token, which none stands before', () => {
    const alone = { ids: [7], positions: [5], spanStarts: [0] };
    const two = { spanLengths: [2], tokens: Int32Array.of(91, 92) };
    expect(sequenceOf(alone, two, 1)).toEqual({ ids: [91, 92, 7], rows: [0, 0] });
  });

  test('works on spans side by side, and at the end', () => {
    const around = { ids: [1], positions: [0], spanStarts: [1, 9] };
    expect(sequenceOf(around, canvas, 0)).toEqual({ ids: [1, 91, 92, 93], rows: [1, 2, 3] });
  });
});

test('batchSequences fills up shorter sequences, and marks what it put there', () => {
  const batch = batchSequences(
    [
      { ids: [1, 91, 92, 2], rows: [1, 2] },
      { ids: [1, 91, 2], rows: [1] },
    ],
    90,
  );
  const numbers = (values: BigInt64Array) => [...values].map(Number);
  expect(batch).toMatchObject({ sequences: 2, tokens: 4, slots: 2 });
  expect(numbers(batch.ids)).toEqual([1, 91, 92, 2, 1, 91, 2, 90]);
  expect(numbers(batch.present)).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
  expect(numbers(batch.positions)).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  expect(numbers(batch.rows)).toEqual([1, 2, 1, 0]);
});
