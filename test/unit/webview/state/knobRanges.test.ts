import { describe, expect, test } from 'vitest';
import { type NumberEntry, samplerKnobs } from '../../../../src/diffusion/settings/knobTable';
import { clamp, doublingStops, rangeNote, rangeOf } from '../../../../webview/state/knobRanges';

/** The sampler's number of that key. */
const numberKnob = (key: string) =>
  samplerKnobs.find((knob): knob is NumberEntry => knob.key === key && knob.kind === 'number')!;
const partNumbers = samplerKnobs.flatMap((knob) =>
  knob.kind === 'part' ? knob.options.flatMap(({ numbers }) => numbers) : [],
);

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
