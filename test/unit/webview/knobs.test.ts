import { describe, expect, test } from 'vitest';
import { type NumberEntry, samplerKnobs } from '../../../src/diffusion/settings/knobTable';
import { presetNamed, presets } from '../../../src/diffusion/settings/presets';
import { CUSTOM } from '../../../src/diffusion/settings/samplerParts';
import type { Knobs } from '../../../src/panel/messages';
import { withPreset, withSampler } from '../../../webview/state/knobChanges';
import { clamp, doublingStops, rangeNote, rangeOf } from '../../../webview/state/knobRanges';
import { surplusSteps } from '../../../webview/state/surplusSteps';
import { state } from './smallRun';

/** The sampler's number of that key. */
const numberKnob = (key: string) =>
  samplerKnobs.find((knob): knob is NumberEntry => knob.key === key && knob.kind === 'number')!;
const partNumbers = samplerKnobs.flatMap((knob) =>
  knob.kind === 'part' ? knob.options.flatMap(({ numbers }) => numbers) : [],
);

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

describe('ranges', () => {
  test('are those of the table of knobs', () => {
    expect(rangeOf(numberKnob('steps'))).toEqual({ minimum: 1, maximum: 1024, grain: 1 });
    expect(rangeNote(numberKnob('steps'), 32)).toBe('1–1024, default 32');
  });

  test('leave out an end that the schema excludes', () => {
    expect(rangeOf(numberKnob('topP')).minimum).toBe(0.01);
    expect(rangeNote(numberKnob('topP'))).toBe('>0–1');
  });

  test('leave every number of every part where it starts', () => {
    expect(partNumbers.length).toBeGreaterThan(9);
    for (const number of partNumbers)
      expect(clamp(number.initial!, rangeOf(number))).toBe(number.initial);
  });

  test('a slider over many orders of magnitude stops at doublings', () => {
    const stops = doublingStops({ minimum: 1, maximum: 64, grain: 1 });
    expect(stops).toEqual([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]);
    expect(doublingStops({ minimum: 0, maximum: 8, grain: 1 })).toEqual([0, 1, 2, 3, 4, 6, 8]);
    expect(doublingStops({ minimum: 3, maximum: 50, grain: 1 })).toEqual([
      3, 4, 6, 8, 12, 16, 24, 32, 48, 50,
    ]);
    expect(doublingStops({ minimum: 2, maximum: 12, grain: 1 })).toEqual([2, 3, 4, 6, 8, 12]);
  });

  test('typed numbers come to lie within the range, on its grain', () => {
    expect(clamp(0.123456, rangeOf(numberKnob('topP')))).toBe(0.12);
    expect(clamp(9e9, rangeOf(numberKnob('steps')))).toBe(1024);
    expect(clamp(-1, rangeOf(numberKnob('temperature')))).toBe(0);
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
