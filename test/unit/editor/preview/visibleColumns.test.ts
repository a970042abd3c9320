import { describe, expect, test } from 'vitest';
import { visibleColumns } from '../../../../src/editor/preview/visibleColumns';

const wide = {
  wordWrap: 'off',
  wordWrapColumn: 100,
  groups: 1,
  inComparison: false,
  width: undefined,
  fontSize: 14,
  minimap: false,
};

describe('visibleColumns', () => {
  test('an editor by itself scrolls, and is taken for wide', () => {
    expect(visibleColumns(wide)).toBe(Number.POSITIVE_INFINITY);
  });

  test('where lines wrap there is no scrolling', () => {
    expect(visibleColumns({ ...wide, wordWrap: 'on' })).toBe(80);
    expect(visibleColumns({ ...wide, wordWrap: 'wordWrapColumn' })).toBe(100);
    expect(visibleColumns({ ...wide, wordWrap: 'bounded' })).toBe(80);
    expect(visibleColumns({ ...wide, wordWrap: 'bounded', wordWrapColumn: 72 })).toBe(72);
  });

  test('editors side by side are narrow, and so are those of a comparison', () => {
    expect(visibleColumns({ ...wide, groups: 2 })).toBe(48);
    expect(visibleColumns({ ...wide, inComparison: true })).toBe(48);
    expect(visibleColumns({ ...wide, groups: 2, inComparison: true })).toBe(40);
    expect(visibleColumns({ ...wide, groups: 2, wordWrap: 'on' })).toBe(48);
  });

  test('of a width that is known, as many as there are beside line numbers, scroll bar and minimap', () => {
    const narrow = { ...wide, groups: 2, width: 326 };
    expect(visibleColumns(narrow)).toBe(28);
    expect(visibleColumns({ ...narrow, width: 960 })).toBe(102);
    expect(visibleColumns({ ...narrow, width: 960, minimap: true })).toBe(92);
    expect(visibleColumns({ ...narrow, width: 960, fontSize: 20 })).toBe(69);
    expect(visibleColumns({ ...narrow, width: 960, wordWrap: 'on' })).toBe(102);
    expect(visibleColumns({ ...narrow, width: 960, wordWrap: 'bounded' })).toBe(100);
    expect(visibleColumns({ ...narrow, width: 60 })).toBe(1);
    expect(visibleColumns({ ...narrow, groups: 1 })).toBe(Number.POSITIVE_INFINITY);
  });
});
