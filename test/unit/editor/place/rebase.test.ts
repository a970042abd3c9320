import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type FollowedSpan,
  type Rebased,
  rebase,
  type TextChange,
} from '../../../../src/editor/place/rebase';
import { joinSpans, type Span } from '../../../../src/editor/span/spans';

const span = (start: number, end: number): Span => ({ start, end });
const change = (start: number, removed: number, inserted: number): TextChange => ({
  start,
  removed,
  inserted,
});

const spansOf = (rebased: Rebased) => (rebased.kind === 'broken' ? [] : rebased.spans);

describe('rebase', () => {
  test('text inserted before a span moves it, also right at its border', () => {
    expect(rebase([span(5, 8)], [change(2, 0, 3)])).toEqual({
      kind: 'moved',
      spans: [span(8, 11)],
    });
    expect(rebase([span(5, 8)], [change(5, 0, 1)])).toEqual({ kind: 'moved', spans: [span(6, 9)] });
  });

  test('text inserted right behind a span is outside of it', () => {
    expect(rebase([span(5, 8)], [change(8, 0, 4)])).toEqual({ kind: 'moved', spans: [span(5, 8)] });
  });

  test('typing at an insertion point is inside of it', () => {
    expect(rebase([span(5, 5)], [change(5, 0, 2)])).toMatchObject({
      kind: 'inside',
      spans: [span(5, 7)],
    });
  });

  test('typing goes on at the end of a span that was typed at, until something else is edited', () => {
    const typed = rebase([span(5, 8)], [change(5, 3, 1)]);
    const more = rebase(spansOf(typed), [change(6, 0, 1)]);
    expect(more).toMatchObject({ kind: 'inside', spans: [span(5, 7)] });
    const bracketed = rebase(spansOf(more), [change(6, 0, 4)]);
    expect(spansOf(rebase(spansOf(bracketed), [change(11, 0, 1)]))).toMatchObject([span(5, 12)]);
    const elsewhere = rebase(spansOf(more), [change(0, 0, 1)]);
    expect(rebase(spansOf(elsewhere), [change(8, 0, 1)])).toEqual({
      kind: 'moved',
      spans: [span(6, 8)],
    });
  });

  test('what is undone or redone leaves no end open, though it ends where the span does', () => {
    const typed = rebase([span(5, 8)], [change(5, 3, 5)]);
    const undone = rebase(spansOf(typed), [change(5, 5, 3)], 'untyped');
    expect(undone).toEqual({ kind: 'inside', spans: [span(5, 8)] });
    expect(rebase(spansOf(undone), [change(8, 0, 1)])).toEqual({
      kind: 'moved',
      spans: [span(5, 8)],
    });
  });

  test('typing goes on at an insertion point, and behind a span whose last character was deleted', () => {
    const typed = rebase([span(5, 5)], [change(5, 0, 1)]);
    expect(rebase(spansOf(typed), [change(6, 0, 1)])).toMatchObject({ spans: [span(5, 7)] });
    const deleted = rebase([span(5, 8)], [change(7, 1, 0)]);
    expect(rebase(spansOf(deleted), [change(7, 0, 1)])).toMatchObject({ spans: [span(5, 8)] });
  });

  test('what is typed at the end of a span while its fill is on its way is to stand behind that', () => {
    const behind = (spans: readonly FollowedSpan[], ...changes: TextChange[]) =>
      rebase(spans, changes, 'typedBehind');
    const key = behind([span(5, 5)], change(5, 0, 1));
    expect(key).toEqual({ kind: 'moved', spans: [span(5, 5)] });
    expect(behind(spansOf(key), change(6, 0, 1))).toEqual(key);
    const typed = rebase([span(5, 8)], [change(5, 3, 1)]);
    expect(behind(spansOf(typed), change(6, 0, 1))).toEqual({ kind: 'moved', spans: [span(5, 6)] });
    // One key at each of two cursors.
    expect(behind([span(5, 5), span(9, 9)], change(5, 0, 1), change(9, 0, 1))).toEqual({
      kind: 'moved',
      spans: [span(5, 5), span(10, 10)],
    });
    expect(behind([span(5, 8)], change(6, 1, 1))).toMatchObject({ kind: 'inside' });
  });

  test('a character typed within a span does not open its end', () => {
    const within = rebase([span(5, 8)], [change(6, 0, 1)]);
    expect(rebase(spansOf(within), [change(9, 0, 1)])).toEqual({
      kind: 'moved',
      spans: [span(5, 9)],
    });
  });

  test('an insertion point whose line loses what stands before it is not what it was', () => {
    const rebased = rebase([span(5, 5)], [change(3, 2, 0)]);
    expect(rebased).toEqual({ kind: 'inside', spans: [span(3, 3)] });
    const tab = rebase([span(5, 5)], [change(4, 1, 0)]);
    expect(tab).toEqual({ kind: 'inside', spans: [span(4, 4)] });
  });

  test('a span whose line loses what stands before it only moves', () => {
    expect(rebase([span(5, 8)], [change(3, 2, 0)])).toEqual({ kind: 'moved', spans: [span(3, 6)] });
  });

  test('deleting from an insertion point on is outside', () => {
    expect(rebase([span(5, 5)], [change(5, 2, 0)])).toEqual({ kind: 'moved', spans: [span(5, 5)] });
  });

  test('replacing a whole span, as an undo does, is inside of it', () => {
    expect(rebase([span(5, 8)], [change(5, 3, 1)])).toMatchObject({
      kind: 'inside',
      spans: [span(5, 6)],
    });
  });

  test('a change across a border breaks the span', () => {
    expect(rebase([span(5, 8)], [change(4, 2, 0)])).toEqual({ kind: 'broken' });
    expect(rebase([span(5, 8)], [change(7, 2, 9)])).toEqual({ kind: 'broken' });
    expect(rebase([span(5, 5)], [change(4, 2, 0)])).toEqual({ kind: 'broken' });
  });

  test('what leaves an insertion point at the end of another that is typed at breaks them', () => {
    expect(rebase([span(5, 5), span(7, 7)], [change(5, 2, 0)])).toEqual({ kind: 'broken' });
    const open = { ...span(2, 5), endsOpen: true };
    expect(rebase([open, span(5, 8)], [change(4, 1, 0), change(5, 3, 0)])).toEqual({
      kind: 'broken',
    });
    const emptied = [change(2, 3, 0), change(5, 1, 0), change(6, 2, 0)];
    expect(rebase([span(2, 5), span(6, 8)], emptied)).toEqual({ kind: 'broken' });
    expect(rebase([span(2, 5), span(7, 9)], [change(5, 2, 0)])).toMatchObject({ kind: 'moved' });
  });

  test('an insertion point at the end of another span is what is typed in there', () => {
    const emptied = rebase([span(2, 5), span(5, 8)], [change(5, 3, 0)]);
    expect(emptied).toMatchObject({ kind: 'inside', spans: [span(2, 5), span(5, 5)] });
    const typed = rebase(spansOf(emptied), [change(5, 0, 1)]);
    expect(typed).toMatchObject({ kind: 'inside', spans: [span(2, 5), span(5, 6)] });
    // As where that was accepted with an empty fill, and is undone.
    const undone = rebase(spansOf(emptied), [change(2, 3, 1), change(5, 0, 3)], 'untyped');
    expect(undone).toEqual({ kind: 'inside', spans: [span(2, 3), span(3, 6)] });
    const elsewhere = rebase(spansOf(emptied), [change(0, 0, 1)]);
    expect(elsewhere).toMatchObject({ kind: 'moved', spans: [span(3, 6), span(6, 6)] });
    expect(rebase(spansOf(emptied), [change(4, 1, 0)])).toEqual({ kind: 'broken' });
  });

  test('several changes of one edit are all in offsets of the text before it', () => {
    const changes = [change(0, 0, 10), change(8, 4, 1), change(20, 0, 5)];
    const expected = { kind: 'moved', spans: [span(12, 15), span(24, 26)] };
    expect(rebase([span(2, 5), span(17, 19)], changes)).toEqual(expected);
    expect(rebase([span(2, 5), span(17, 19)], changes.reverse())).toEqual(expected);
    // What is put where a text is taken away.
    const replaced = { kind: 'inside', spans: [span(5, 7)] };
    expect(rebase([span(5, 8)], [change(5, 0, 2), change(5, 3, 0)])).toMatchObject(replaced);
    expect(rebase([span(5, 8)], [change(5, 3, 0), change(5, 0, 2)])).toMatchObject(replaced);
  });
});

/** A document as a list of distinct characters, so that a span's text can be told wherever it ends up. */
interface Edited {
  readonly length: number;
  readonly spans: readonly FollowedSpan[];
  readonly changes: readonly TextChange[];
}

const offsetPairs = (length: number, most: number) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: length }), { maxLength: 2 * most })
    .map((offsets) => offsets.sort((a, b) => a - b))
    .map((offsets) =>
      Array.from({ length: offsets.length >> 1 }, (_, pair) =>
        span(offsets[2 * pair]!, offsets[2 * pair + 1]!),
      ),
    );

const edits: fc.Arbitrary<Edited> = fc.integer({ min: 0, max: 60 }).chain((length) =>
  fc.record({
    length: fc.constant(length),
    spans: fc
      .tuple(offsetPairs(length, 4).map(joinSpans), fc.array(fc.boolean(), { minLength: 4 }))
      .map(([spans, open]) => spans.map((each, i) => ({ ...each, endsOpen: open[i]! }))),
    changes: offsetPairs(length, 4).chain((ranges) =>
      fc.tuple(
        ...ranges.map((range) =>
          fc.record({
            start: fc.constant(range.start),
            removed: fc.integer({ min: 0, max: range.end - range.start }),
            inserted: fc.integer({ min: 0, max: 5 }),
          }),
        ),
      ),
    ),
  }),
);

function apply({ length, changes }: Edited): string[] {
  const characters = Array.from({ length }, (_, index) => `old ${index}`);
  for (const each of [...changes].sort((a, b) => b.start - a.start)) {
    const inserted = Array.from({ length: each.inserted }, (_, i) => `new ${each.start}+${i}`);
    characters.splice(each.start, each.removed, ...inserted);
  }
  return characters;
}

test('a span that moved holds exactly the text it held', () => {
  fc.assert(
    fc.property(edits, (edited) => {
      const rebased = rebase(edited.spans, edited.changes);
      fc.pre(rebased.kind === 'moved');
      const after = apply(edited);
      edited.spans.forEach((before, index) => {
        const now = rebased.spans[index]!;
        const expected = Array.from(
          { length: before.end - before.start },
          (_, i) => `old ${before.start + i}`,
        );
        expect(after.slice(now.start, now.end)).toEqual(expected);
      });
    }),
    { numRuns: 1000 },
  );
});

test('a change inside a span leaves it between the same neighbours', () => {
  fc.assert(
    fc.property(edits, (edited) => {
      const rebased = rebase(edited.spans, edited.changes);
      fc.pre(rebased.kind === 'inside');
      const after = apply(edited);
      rebased.spans.forEach((now, index) => {
        const before = edited.spans[index]!;
        const neighbours = [after[now.start - 1], after[now.end]];
        const old = [`old ${before.start - 1}`, `old ${before.end}`];
        neighbours.forEach((neighbour, side) => {
          if (neighbour?.startsWith('old') && after.includes(old[side]!)) {
            expect(neighbour).toBe(old[side]);
          }
        });
      });
    }),
    { numRuns: 1000 },
  );
});

test('whatever happens, spans stay in order and within the document', () => {
  fc.assert(
    fc.property(edits, (edited) => {
      const rebased = rebase(edited.spans, edited.changes);
      fc.pre(rebased.kind !== 'broken');
      const { length } = apply(edited);
      let from = 0;
      for (const { start, end } of rebased.spans) {
        expect(start).toBeGreaterThanOrEqual(from);
        expect(end).toBeGreaterThanOrEqual(start);
        from = end;
      }
      expect(from).toBeLessThanOrEqual(length);
    }),
    { numRuns: 1000 },
  );
});
