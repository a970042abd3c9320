import { describe, expect, test } from 'vitest';
import packageJson from '../../../package.json';
import { defaultPreset, presetNamed, presets } from '../../../src/diffusion/presets';
import { orderSchema, samplerSchema } from '../../../src/diffusion/settings';
import { type SamplerValues, startKnobs } from '../../../src/editor/startKnobs';
import { executionProviderSchema } from '../../../src/engine/protocol/messages';

const { properties } = packageJson.contributes.configuration;
const defaults: SamplerValues = {
  preset: properties['unmask.preset'].default,
  steps: properties['unmask.steps'].default,
  slots: properties['unmask.slots'].default as 'auto',
  order: properties['unmask.order'].default,
  parallelRule: properties['unmask.parallelRule'].default,
  remasking: properties['unmask.remasking'].default,
  temperature: properties['unmask.temperature'].default,
  seed: properties['unmask.seed'].default,
};

describe('startKnobs', () => {
  test('untouched settings give the default preset', () => {
    expect(startKnobs(defaults)).toEqual({
      knobs: {
        preset: defaultPreset.name,
        sampler: defaultPreset.sampler,
        slots: 'auto',
        seed: null,
      },
      problem: null,
    });
  });

  test('another T keeps the name of the preset, another part does not', () => {
    const { knobs } = startKnobs({ ...defaults, preset: 'LLaDA', steps: 7 });
    expect(knobs.preset).toBe('LLaDA');
    expect(knobs.sampler).toEqual({ ...presetNamed('LLaDA')?.sampler, steps: 7 });
    expect(startKnobs({ ...defaults, preset: 'LLaDA', order: 'margin' }).knobs.preset).toBe(
      'Custom',
    );
  });

  test('a rule chosen by name brings its published numbers', () => {
    const { sampler } = startKnobs({ ...defaults, remasking: 'remdm-cap' }).knobs;
    expect(sampler.remask).toEqual({ remasker: 'remdm-cap', eta: 0.008 });
  });

  test.each([
    [{ steps: 0 }, /steps must be a whole number from 1 to 1024/],
    [{ temperature: 3 }, /temperature must be a number from 0 to 2/],
    [{ preset: 'Nonsense' }, /no preset “Nonsense”.*LLaDA/],
    [{ slots: 0.5 }, /unmask\.slots: .*1 to 1024/],
    [{ seed: -1 }, /unmask\.seed: .*0 to 4294967295/],
    [{ order: 'sideways' }, /order must be one of random/],
  ])('%j is reported and the default used', (wrong, problem) => {
    const start = startKnobs({ ...defaults, ...wrong } as SamplerValues);
    expect(start.problem).toMatch(problem);
    expect(start.knobs).toEqual(startKnobs(defaults).knobs);
  });
});

describe('the settings in package.json', () => {
  test('offer the presets there are', () => {
    expect(properties['unmask.preset'].enum).toEqual(presets.map((preset) => preset.name));
    expect(properties['unmask.preset'].enumDescriptions).toEqual(
      presets.map((preset) => preset.summary),
    );
    expect(properties['unmask.preset'].default).toBe(defaultPreset.name);
  });

  test('offer the orders and execution providers there are', () => {
    expect(properties['unmask.order'].enum).toEqual(['preset', ...orderSchema.options]);
    expect(properties['unmask.executionProvider'].enum).toEqual([
      'auto',
      ...executionProviderSchema.options,
    ]);
  });

  test.each(['parallelRule', 'remasking'] as const)('offer no %s that cannot be used', (key) => {
    for (const name of properties[`unmask.${key}`].enum) {
      expect(startKnobs({ ...defaults, [key]: name }).problem).toBeNull();
    }
  });

  test.each(['steps', 'temperature'] as const)('give %s the range of the sampler', (key) => {
    const { minimum, maximum } = properties[`unmask.${key}`];
    const allows = (value: number) =>
      samplerSchema.safeParse({ ...defaultPreset.sampler, [key]: value }).success;
    expect([minimum, maximum].map(allows)).toEqual([true, true]);
    expect([minimum - 1, maximum + 1].map(allows)).toEqual([false, false]);
  });
});
