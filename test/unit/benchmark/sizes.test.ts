import { expect, test } from 'vitest';
import { fullBenchmark, quickBenchmark, sizesFor } from '../../../src/benchmark/sizes';

test('what is more than a model takes gives way to the most that it takes, once', () => {
  const model = { contextLength: 384, spanGap: 40, maxSlots: 32 };
  expect(sizesFor(fullBenchmark, model)).toEqual({
    ...fullBenchmark,
    contexts: [256, 384],
    slots: [16, 32],
    memory: { ...fullBenchmark.memory, context: 384, slots: 32 },
  });
  const large = { contextLength: 4096, spanGap: 128, maxSlots: 128 };
  expect(sizesFor(quickBenchmark, large)).toEqual(quickBenchmark);
});
