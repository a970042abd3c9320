import { describe, expect, test } from 'vitest';
import { presetNamed, presets } from '../../../../src/diffusion/settings/presets';
import { CUSTOM } from '../../../../src/diffusion/settings/samplerParts';
import type { Knobs } from '../../../../src/panel/messages';
import { withPreset, withRun, withSampler } from '../../../../webview/state/knobChanges';
import { header, state } from '../../smallRun';

const { knobs } = state;
const llada = presetNamed('LLaDA')!;

describe('presets and parts', () => {
  test('a preset brings its whole sampler', () => {
    const dream = presetNamed('Dream')!;
    expect(withPreset(knobs, dream)).toEqual({ ...knobs, preset: 'Dream', sampler: dream.sampler });
  });

  test('changing a part makes the sampler custom, changing it back does not', () => {
    const custom = withSampler(knobs, { order: 'margin' });
    expect(custom.preset).toBe(CUSTOM);
    expect(withSampler(custom, { order: llada.sampler.order }).preset).toBe('LLaDA');
  });

  test('T is no part: the preset keeps its name', () => {
    const changed = withSampler(knobs, { steps: 7 });
    expect(changed).toMatchObject({ preset: 'LLaDA', sampler: { steps: 7 } });
  });

  test('every preset is recognised by its parts', () => {
    for (const preset of presets) {
      const elsewhere: Knobs = { ...knobs, preset: CUSTOM };
      expect(withSampler(elsewhere, preset.sampler).preset).toBe(preset.name);
    }
  });
});

describe('what a run had', () => {
  const of = (preset: string, steps: number, change = {}) => {
    const sampler = { ...presetNamed(preset)!.sampler, steps, ...change };
    return withRun(knobs, { ...header, sampler }, header.slots);
  };

  test('is its sampler and its seed, and T where all its steps are taken', () => {
    expect(of('ReMDM', 1000)).toMatchObject({ preset: 'ReMDM', sampler: { steps: 1000 }, seed: 5 });
    expect(of('LLaDA', 2).sampler.steps).toBe(2);
  });

  test('is no T that is of no use to its slots, nor to those of another run', () => {
    expect(of('LLaDA', 1000)).toMatchObject({ preset: 'LLaDA', sampler: { steps: 32 } });
    expect(of('LLaDA', 1000, { order: 'margin' })).toMatchObject({
      preset: CUSTOM,
      sampler: { steps: 128 },
    });
  });
});
