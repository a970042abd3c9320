import { expect, test } from 'vitest';
import { groupWidths } from '../../../../src/editor/preview/groupWidths';

test('groups side by side have their own widths, those within one have its width', () => {
  expect(groupWidths({ orientation: 0, groups: [{ size: 466 }, { size: 400 }] })).toEqual([
    466, 400,
  ]);
  const within = { size: 326, groups: [{ size: 321 }, { size: 322 }] };
  expect(groupWidths({ orientation: 0, groups: [within, { size: 500 }] })).toEqual([326, 326, 500]);
});

test('one above another is as wide as those that share the row below', () => {
  const row = { size: 300, groups: [{ size: 400 }, { size: 200 }] };
  expect(groupWidths({ orientation: 1, groups: [{ size: 300 }, row] })).toEqual([600, 400, 200]);
});

test('where none are side by side, and of shares in place of pixels, nothing is known', () => {
  expect(groupWidths({ orientation: 1, groups: [{ size: 743 }] })).toEqual([undefined]);
  expect(groupWidths({ orientation: 1, groups: [{ size: 300 }, { size: 443 }] })).toEqual([
    undefined,
    undefined,
  ]);
  expect(groupWidths({ orientation: 0, groups: [{ size: 0.5 }, {}] })).toEqual([
    undefined,
    undefined,
  ]);
});
