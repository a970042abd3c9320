import { expect, test } from 'vitest';
import { variantFor } from '../../../../src/denoiser/providers/variant';
import type { ModelFolder } from '../../../../src/models';

const model = (...variants: [precision: string, executionProviders: string[]][]) =>
  ({
    manifest: {
      variants: variants.map(([precision, executionProviders]) => ({
        precision,
        executionProviders,
      })),
    },
  }) as unknown as ModelFolder;

const both = model(['int8', ['cpu']], ['fp32', ['webgpu', 'cuda']]);

test.each([
  ['cpu', 'int8'],
  ['webgpu', 'fp32'],
  ['cuda', 'fp32'],
  // Nobody has verified it there: it may be tried, and the self-check judges.
  ['dml', 'fp32'],
  ['coreml', 'fp32'],
])('%s takes the variant in %s', (executionProvider, precision) => {
  expect(variantFor(both, executionProvider)?.precision).toBe(precision);
});

test('a GPU takes no variant that was made for the CPU alone', () => {
  expect(variantFor(model(['int8', ['cpu']]), 'dml')).toBeUndefined();
});

test('the CPU takes what there is', () => {
  expect(variantFor(model(['fp32', ['webgpu']]), 'cpu')?.precision).toBe('fp32');
});
