import { expect, test } from 'vitest';
import { codeBlock } from '../../../../src/editor/preview/codeBlock';

test('code stands between fences that are longer than any in it', () => {
  expect(codeBlock('a', 'python')).toBe('\n```python\na\n```\n');
  expect(codeBlock('a ``\n  ````\nb', 'python')).toBe('\n`````python\na ``\n  ````\nb\n`````\n');
});
