import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../../src/cli/errors';
import type { RequestOptions } from '../../../../src/cli/fill/fillRequest';
import { checkModelLimits, type ModelLimits } from '../../../../src/cli/options/modelLimits';

const model: ModelLimits = {
  name: 'small',
  spanGap: 64,
  maxSlots: 128,
  lengthRules: ['grow', 'quantile'],
};
const check = (options: Partial<RequestOptions>, spans = 1, limits = model) =>
  checkModelLimits({ slots: 'auto', ...options }, spans, limits);

describe('checkModelLimits', () => {
  it.each([
    [{ slots: 64 }, 1],
    [{ slots: 64 }, 2],
    [{ slots: 42 }, 3],
    [{}, 128],
    [{ length: 'quantile' }, 1],
    [{ length: 'calibrated', slots: 8 }, 1],
    [{ length: 'calibrated', rewrite: 0.5 }, 1],
  ] as const)('takes %j with %i spans', (options, spans) => {
    expect(() => check(options, spans)).not.toThrow();
  });

  it('takes the calibrated rule where the model was calibrated', () => {
    const calibrated: ModelLimits = { ...model, lengthRules: ['grow', 'calibrated'] };
    expect(() => check({ length: 'calibrated' }, 1, calibrated)).not.toThrow();
  });

  it('refuses the quantile where there are no pads', () => {
    const padless: ModelLimits = { ...model, lengthRules: ['grow'] };
    const says = /^--length quantile does not work with small: it has no pad token.*set L\.$/;
    expect(() => check({ length: 'quantile' }, 1, padless)).toThrow(says);
    expect(() => check({ length: 'quantile', slots: 8 }, 1, padless)).not.toThrow();
  });

  it.each([
    [{ slots: 65 }, 1, '-L must be “auto” or a whole number from 1 to 64 with small.'],
    [{ slots: 43 }, 3, '-L must be “auto” or a whole number from 1 to 42 with small and 3 spans.'],
    [
      {},
      129,
      'There are 129 spans, and small fills at most 128 at once: name fewer, each with --span.',
    ],
    [
      { length: 'calibrated' },
      1,
      /^--length calibrated does not work with small: it was not calibrated/,
    ],
  ] as const)('refuses %j with %i spans', (options, spans, says) => {
    expect(() => check(options, spans)).toThrow(UsageError);
    expect(() => check(options, spans)).toThrow(says);
  });
});
