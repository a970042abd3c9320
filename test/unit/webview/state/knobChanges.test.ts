import { describe, expect, test } from 'vitest';
import { presetNamed, presets } from '../../../../src/diffusion/settings/presets';
import { CUSTOM } from '../../../../src/diffusion/settings/samplerParts';
import type { Knobs } from '../../../../src/panel/messages';
import { withPreset, withSampler } from '../../../../webview/state/knobChanges';
import { state } from '../smallRun';

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
