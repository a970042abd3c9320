import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownPart } from '../../../../webview/state/ownPart';

test('what two texts do not share is told in whole words', () => {
  expect(ownPart('this.pop();', 'this.push();')).toEqual(['this.', 'pop', '();']);
  expect(ownPart('return a;\n  }', 'return b;')).toEqual(['return ', 'a;\n  }', '']);
  expect(ownPart('pop()', 'this.pop()')).toBeNull();
  expect(ownPart('this.pop()', 'pop()')).toEqual(['', 'this.', 'pop()']);
  expect(ownPart('a a a', 'a a')).toEqual(['a a', ' a', '']);
  expect(ownPart('👩‍👩‍👧', '👩‍👩‍👦')).toBeNull();
  expect(ownPart('x', 'y')).toBeNull();
  expect(ownPart('x', 'x')).toBeNull();
});

test('whatever they are, nothing of the text is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, other) => {
      const parts = ownPart(text, other);
      if (parts !== null) expect(parts.join('')).toBe(text);
    }),
  );
});
