import { expect, test } from 'vitest';
import { leftProvider } from '../../../src/engine/client';

test('that an execution provider was left is told of the one that was named', () => {
  const status = {
    executionProvider: 'cpu',
    fallbacks: [{ executionProvider: 'cuda', reason: 'libcudart.so.13 is missing.' }],
  } as const;
  expect(leftProvider('cuda', status)).toBe(
    'cuda was not used, but cpu: libcudart.so.13 is missing.',
  );
  expect(leftProvider('auto', status)).toBeUndefined();
  expect(leftProvider('cpu', status)).toBeUndefined();
});
