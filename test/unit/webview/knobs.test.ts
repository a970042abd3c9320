import { describe, expect, test } from 'vitest';
import { presetNamed, presets } from '../../../src/diffusion/presets';
import { parallelRuleSchema, remaskerSchema, samplerSchema } from '../../../src/diffusion/settings';
import type { Knobs } from '../../../src/panel/messages';
import {
  CUSTOM,
  freshParallelRule,
  freshRemasker,
  withPreset,
  withSampler,
} from '../../../webview/state/knobChanges';
import { clamp, doublingStops, knobRanges, partRange } from '../../../webview/state/knobRanges';
import { parallelRuleTexts, remaskerTexts } from '../../../webview/state/samplerParts';
import { surplusSteps } from '../../../webview/state/surplusSteps';
import { state } from './smallRun';

const { knobs } = state;
const llada = presetNamed('LLaDA')!;

describe('presets and parts', () => {
  test('a preset brings its whole sampler', () => {
    const dream = presetNamed('Dream')!;
    expect(withPreset(knobs, dream)).toEqual({ ...knobs, preset: 'Dream', sampler: dream.sampler });
  });

  test('changing a part makes the sampler custom, changing it back does not', () => {
    const custom = withSampler(knobs, { order: 'margin' }, presets);
    expect(custom.preset).toBe(CUSTOM);
    expect(withSampler(custom, { order: llada.sampler.order }, presets).preset).toBe('LLaDA');
  });

  test('T is no part: the preset keeps its name', () => {
    const changed = withSampler(knobs, { steps: 7 }, presets);
    expect(changed).toMatchObject({ preset: 'LLaDA', sampler: { steps: 7 } });
  });

  test('every preset is recognised by its parts', () => {
    for (const preset of presets) {
      const elsewhere: Knobs = { ...knobs, preset: CUSTOM };
      expect(withSampler(elsewhere, preset.sampler, presets).preset).toBe(preset.name);
    }
  });

  test('every rule and remasker starts with numbers that its schema takes', () => {
    for (const rule of Object.keys(parallelRuleTexts) as (keyof typeof parallelRuleTexts)[])
      expect(parallelRuleSchema.parse(freshParallelRule(rule))).toEqual(freshParallelRule(rule));
    for (const remasker of Object.keys(remaskerTexts) as (keyof typeof remaskerTexts)[])
      expect(remaskerSchema.parse(freshRemasker(remasker))).toEqual(freshRemasker(remasker));
  });
});

describe('ranges', () => {
  test('are those of the settings schema', () => {
    expect(knobRanges.steps).toEqual({ minimum: 1, maximum: 1024, grain: 1 });
    for (const [knob, { minimum, maximum }] of Object.entries(knobRanges)) {
      const shape = samplerSchema.shape[knob as keyof typeof knobRanges];
      expect(shape.safeParse(minimum).success).toBe(true);
      expect(shape.safeParse(maximum).success).toBe(true);
      expect(shape.safeParse(maximum + 1).success).toBe(false);
    }
  });

  test('leave out an end that the schema excludes', () => {
    expect(knobRanges.topP.minimum).toBe(0.01);
    expect(partRange('factor', 'factor', 0.05)).toMatchObject({ minimum: 0.05, maximum: 10 });
  });

  test('are found for every number of every part', () => {
    const parts = Object.entries({ ...parallelRuleTexts, ...remaskerTexts });
    for (const [choice, { parameters }] of parts)
      for (const [name, { grain, initial }] of Object.entries(parameters)) {
        const range = partRange(choice, name, grain);
        expect(clamp(initial, range)).toBe(initial);
      }
    expect(() => partRange('fixed', 'threshold', 1)).toThrow('no number threshold');
  });

  test('a slider over many orders of magnitude stops at doublings', () => {
    const stops = doublingStops({ minimum: 1, maximum: 64, grain: 1 });
    expect(stops).toEqual([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]);
    expect(doublingStops({ minimum: 1, maximum: 50, grain: 1 }).at(-1)).toBe(50);
  });

  test('typed numbers come to lie within the range, on its grain', () => {
    expect(clamp(0.123456, knobRanges.topP)).toBe(0.12);
    expect(clamp(9e9, knobRanges.steps)).toBe(1024);
    expect(clamp(-1, knobRanges.temperature)).toBe(0);
  });
});

describe('steps that will not be taken', () => {
  const { sampler } = knobs;

  test('are named where every step reveals a slot', () => {
    expect(surplusSteps({ ...sampler, steps: 40 }, 24)).toContain('24 of the 40 steps are enough');
  });

  test('are none of a sampler that revises, draws, or has not run', () => {
    const many = { ...sampler, steps: 40 };
    expect(surplusSteps({ ...many, steps: 24 }, 24)).toBeNull();
    expect(surplusSteps(many, null)).toBeNull();
    expect(surplusSteps({ ...many, remask: { remasker: 'p2' } }, 24)).toBeNull();
    expect(surplusSteps({ ...many, parallel: { rule: 'ancestral' } }, 24)).toBeNull();
  });
});
