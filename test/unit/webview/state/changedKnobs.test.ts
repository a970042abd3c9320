import { describe, expect, test } from 'vitest';
import { presetNamed, presets } from '../../../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../../../src/diffusion/settings/sampler';
import { changedKeys, nearestPreset } from '../../../../webview/state/changedKnobs';

const samplerOf = (name: string, change: Partial<SamplerSettings> = {}): SamplerSettings => ({
  ...presetNamed(name)!.sampler,
  ...change,
});

describe('what is changed', () => {
  test('is named in the order of the knobs, whatever the order of the keys', () => {
    const usual = samplerOf('ReMDM loop');
    const { remasker, ...numbers } = usual.remask as Record<string, unknown>;
    const remask = { ...numbers, remasker } as SamplerSettings['remask'];
    expect(changedKeys({ ...usual, topP: 1, remask, order: 'margin' }, usual)).toEqual([
      'order',
      'topP',
    ]);
  });

  test('is a number of a part as well', () => {
    const usual = samplerOf('WINO');
    const parallel = { rule: 'threshold', threshold: 0.7 } as const;
    expect(changedKeys({ ...usual, parallel }, usual)).toEqual(['parallel']);
  });
});

test('a sampler is the nearest to the preset with the fewest changes, whatever its T', () => {
  for (const { name } of presets)
    expect(nearestPreset(samplerOf(name, { steps: 3 })).name).toBe(name);
  expect(nearestPreset(samplerOf('WINO', { topP: 0.5 })).name).toBe('WINO');
});
