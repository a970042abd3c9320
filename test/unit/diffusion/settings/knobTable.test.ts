import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { rangeText } from '../../../../src/diffusion/settings/knob';
import {
  freshPart,
  knobsOf,
  type NumberEntry,
  samplerKnobs,
} from '../../../../src/diffusion/settings/knobTable';
import { presets } from '../../../../src/diffusion/settings/presets';
import { samplerSchema, wrongSettings } from '../../../../src/diffusion/settings/sampler';
import { partKnob } from './partKnob';

const [{ sampler }] = presets as [(typeof presets)[0]];
const fails = (change: object) => {
  const { error } = samplerSchema.safeParse({ ...sampler, ...change });
  return error && wrongSettings(error)[0];
};
/** A value just outside each end of a number's range. */
const outside = ({ minimum, maximum, aboveMinimum, grain }: NumberEntry) => [
  aboveMinimum ? minimum : minimum - grain,
  maximum + grain,
];

describe('the table of knobs', () => {
  test('has every field of the sampler, in its order', () => {
    expect(samplerKnobs.map(({ key }) => key)).toEqual(Object.keys(samplerSchema.shape));
  });

  test('gives every number the range that the schema enforces, and its message names it', () => {
    for (const knob of samplerKnobs) {
      if (knob.kind !== 'number') continue;
      expect(fails({ [knob.key]: knob.maximum })).toBeUndefined();
      if (!knob.aboveMinimum) expect(fails({ [knob.key]: knob.minimum })).toBeUndefined();
      for (const value of outside(knob))
        expect(fails({ [knob.key]: value })).toBe(`${knob.key} must be ${rangeText(knob)}`);
    }
  });

  test('gives every choice the names the schema takes', () => {
    for (const knob of samplerKnobs) {
      if (knob.kind !== 'choice') continue;
      const names = Object.keys(knob.options);
      for (const name of names) expect(fails({ [knob.key]: name })).toBeUndefined();
      expect(fails({ [knob.key]: 'none such' })).toBe(
        `${knob.key} must be one of ${names.join(', ')}`,
      );
    }
  });

  test.each(['parallel', 'remask'] as const)('gives every %s numbers it can start with', (key) => {
    const knob = partKnob(key);
    for (const option of knob.options) {
      const fresh = freshPart(knob, option.name);
      expect(fails({ [key]: fresh }), option.name).toBeUndefined();
      for (const number of option.numbers) {
        expect(number.initial, `${option.name} ${number.key}`).toBeTypeOf('number');
        for (const value of outside(number))
          expect(fails({ [key]: { ...fresh, [number.key]: value } })).toBe(
            `${key}.${number.key} must be ${rangeText(number)}`,
          );
      }
    }
    const names = knob.options.map(({ name }) => name).join(', ');
    expect(fails({ [key]: { [knob.tag]: 'none such' } })).toBe(
      `${key}.${knob.tag} must be one of ${names}, with its parameters`,
    );
  });

  test('says of the first preset that uses a part what the part starts with', () => {
    for (const key of ['parallel', 'remask'] as const) {
      const knob = partKnob(key);
      for (const { name } of knob.options) {
        const used = presets
          .map((preset): object => preset.sampler[key])
          .find((part) => Reflect.get(part, knob.tag) === name);
        if (used !== undefined) expect(used).toEqual(freshPart(knob, name));
      }
    }
  });

  test('explains everything in one line', () => {
    const texts = samplerKnobs.flatMap((knob) => [
      knob,
      ...(knob.kind === 'part' ? knob.options.flatMap((o) => [o, ...o.numbers]) : []),
      ...(knob.kind === 'choice' ? Object.values(knob.options) : []),
    ]);
    for (const { label, help } of texts) {
      expect(label).toMatch(/^\S.*\S$/);
      expect(help).toMatch(/^[^\n]+[^.\n]$/);
    }
  });

  test('refuses a field that nobody explained', () => {
    expect(() => knobsOf(z.object({ depth: z.number() }))).toThrow('depth has no explanation');
  });
});
