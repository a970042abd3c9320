import { expect, test } from 'vitest';
import { leftProvider } from '../../../../src/engine/client';

test('that an execution provider was left is told of the one that was named', () => {
  const status = {
    executionProvider: 'cpu',
    fallbacks: [{ executionProvider: 'cuda', sentence: 'cuda was not used: it is missing.' }],
  } as const;
  expect(leftProvider({ ...status, wantedProvider: 'cuda' })).toBe(
    'cuda was not used: it is missing. The model runs on cpu.',
  );
  expect(leftProvider({ ...status, wantedProvider: 'auto' })).toBeUndefined();
  expect(leftProvider({ ...status, wantedProvider: 'cpu' })).toBeUndefined();
});
