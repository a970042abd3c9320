import { describe, expect, test } from 'vitest';
import { maskedSlots } from '../../../../src/diffusion/noise';
import { planRun } from '../../../../src/diffusion/plan';
import { isAdaptive } from '../../../../src/diffusion/reveal/parallel';
import { defaultPreset, presetNamed, presets } from '../../../../src/diffusion/settings/presets';
import { samplerSchema, wrongSettings } from '../../../../src/diffusion/settings/sampler';

test('every preset is a valid sampler with a name and a summary of its own', () => {
  for (const { sampler, summary } of presets) {
    expect(samplerSchema.parse(sampler)).toEqual(sampler);
    expect(summary).not.toBe('');
  }
  expect(new Set(presets.map(({ name }) => name)).size).toBe(presets.length);
  expect(new Set(presets.map(({ sampler }) => JSON.stringify(sampler))).size).toBe(presets.length);
});

test('presets are found whatever the case, accents, spaces and hyphens of their name', () => {
  expect(presetNamed('speculative')).toBe(defaultPreset);
  expect(presetNamed('frechet')?.name).toBe('Fréchet');
  expect(presetNamed('remdm-loop')?.name).toBe('ReMDM loop');
  expect(presetNamed('nothing')).toBeUndefined();
  expect(presetNamed('')).toBeUndefined();
  for (const preset of presets) expect(presetNamed(preset.name.toUpperCase())).toBe(preset);
});

describe('a wrong setting is named with its range', () => {
  const { sampler } = defaultPreset;
  test.each<[unknown, string]>([
    [{ ...sampler, steps: 0 }, 'steps must be a whole number from 1 to 1024'],
    [{ ...sampler, steps: 2.5 }, 'steps must be a whole number from 1 to 1024'],
    [{ ...sampler, steps: 'many' }, 'steps must be a whole number from 1 to 1024'],
    [{ ...sampler, topP: 0 }, 'topP must be a number above 0 and up to 1'],
    [{ ...sampler, temperature: 3 }, 'temperature must be a number from 0 to 2'],
    [{ ...sampler, temperature: Number.NaN }, 'temperature must be a number from 0 to 2'],
    [{ ...sampler, schedule: 'sine' }, 'schedule must be one of linear, cosine'],
    [
      { ...sampler, parallel: { rule: 'threshold', threshold: 90 } },
      'parallel.threshold must be a number from 0 to 1',
    ],
    [
      { ...sampler, parallel: { rule: 'all' } },
      'parallel.rule must be one of ancestral, fixed, threshold, factor, entropy-bound, frechet-bound, klass, speculative, with its parameters',
    ],
    [
      { ...sampler, remask: 'none' },
      'remask must be one of none, remdm-cap, remdm-rescale, remdm-conf, remdm-loop, p2, quality, edit, wino, with its parameters',
    ],
    [
      { ...sampler, remask: { remasker: 'remdm-loop', eta: 0.1, on: 0.2, alpha: 0.9, off: 0.4 } },
      'remask.off must not be above on: the loop is switched on first',
    ],
    [null, 'the sampler must be an object of knobs'],
  ])('%j', (settings, message) => {
    const { error } = samplerSchema.safeParse(settings);
    expect(wrongSettings(error!)).toEqual([message]);
  });
});

test('adaptive presets that revise nothing are never short of steps, in as many slots as a model may take', () => {
  const adaptive = presets.filter(
    ({ sampler }) => isAdaptive(sampler.parallel) && sampler.remask.remasker === 'none',
  );
  expect(adaptive.map(({ name }) => name)).toContain('Fast-dLLM');
  for (const { sampler } of adaptive) {
    for (const slots of [1, 16, 64, 65, 128]) {
      const canvas = maskedSlots([slots], 1);
      expect(planRun(sampler, { first: canvas, present: canvas }, 1)).toHaveLength(slots);
    }
  }
});
