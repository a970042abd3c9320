import { describe, expect, test } from 'vitest';
import packageJson from '../../../../package.json';
import { settingsContributions } from '../../../../scripts/contributions/settingsContributions';
import { defaultLength } from '../../../../src/diffusion/length/settings';
import { defaultSearch } from '../../../../src/diffusion/search/settings';
import { defaultPreset, presetNamed } from '../../../../src/diffusion/settings/presets';
import {
  numbersSettingOf,
  readSamplerValues,
  settingOf,
} from '../../../../src/editor/settings/samplerSettings';
import { startKnobs } from '../../../../src/editor/settings/startKnobs';
import { partKnob } from '../../diffusion/settings/partKnob';

const { configuration } = packageJson.contributes;
const properties = Object.assign({}, ...configuration.map((group) => group.properties));

/** What the settings are when the user has changed these and no others. */
function settings(changed: Readonly<Record<string, unknown>> = {}) {
  return readSamplerValues((name) => {
    const declared: { default: unknown } | undefined = Reflect.get(properties, `unmask.${name}`);
    if (declared === undefined) throw new Error(`unmask.${name} is not declared.`);
    return name in changed ? changed[name] : declared.default;
  });
}

describe('startKnobs', () => {
  test('untouched settings give the default preset', () => {
    expect(startKnobs(settings())).toEqual({
      knobs: {
        preset: defaultPreset.name,
        sampler: defaultPreset.sampler,
        search: defaultSearch,
        length: defaultLength,
        slots: 'auto',
        seed: null,
      },
      problem: null,
    });
  });

  test('another T keeps the name of the preset, another part does not', () => {
    const { knobs } = startKnobs(settings({ preset: 'LLaDA', steps: 7 }));
    expect(knobs.preset).toBe('LLaDA');
    expect(knobs.sampler).toEqual({ ...presetNamed('LLaDA')?.sampler, steps: 7 });
    expect(startKnobs(settings({ preset: 'LLaDA', order: 'margin' })).knobs.preset).toBe('Custom');
  });

  test('a rule chosen by name brings its published numbers', () => {
    const { sampler } = startKnobs(settings({ remasking: 'remdm-cap' })).knobs;
    expect(sampler.remask).toEqual({ remasker: 'remdm-cap', eta: 0.008 });
  });

  test.each([null, undefined, 'threshold', 0.7, { rule: 'klass', threshold: 0.9 }])(
    'numbers are taken from %j as far as the rule has them',
    (parallelRuleParameters) => {
      const { sampler } = presetNamed('Fast-dLLM')!;
      const { knobs, problem } = startKnobs(
        settings({ preset: 'Fast-dLLM', parallelRuleParameters }),
      );
      expect(knobs.sampler).toEqual(sampler);
      expect(problem).toBeNull();
    },
  );

  test('numbers of a part that the present rule does not have are kept for one that does', () => {
    const values = { preset: 'LLaDA', parallelRuleParameters: { threshold: 0.7 } };
    expect(startKnobs(settings(values)).knobs).toEqual(
      startKnobs(settings({ preset: 'LLaDA' })).knobs,
    );
    expect(startKnobs(settings({ ...values, preset: 'Fast-dLLM' })).knobs).toMatchObject({
      preset: 'Custom',
      sampler: { parallel: { rule: 'threshold', threshold: 0.7 } },
    });
  });

  test.each([
    [{ steps: 0 }, /^unmask\.steps must be a whole number from 1 to 1024/],
    [{ temperature: 3 }, /temperature must be a number from 0 to 2/],
    [{ preset: 'Nonsense' }, /no preset “Nonsense”.*LLaDA/],
    [{ slots: 0 }, /unmask\.slots must be “auto” or a whole number from 1 to 1024/],
    [{ slots: 0.5 }, /unmask\.slots must be “auto” or a whole number from 1 to 1024/],
    [{ seed: -1 }, /unmask\.seed must be a whole number from 0 to 4294967295/],
    [
      { parallelRule: 'factor', parallelRuleParameters: { factor: 0 } },
      /^unmask\.parallelRuleParameters\.factor must be a number above 0 and up to 10/,
    ],
    [{ remasking: 'everything' }, /^unmask\.remasking must be one of none, remdm-cap/],
    [{ 'search.candidates': 0 }, /^unmask\.search\.candidates must be a whole number from 1 to 16/],
    [{ lengthRule: 'longest' }, /^unmask\.lengthRule must be one of grow, quantile, calibrated/],
    [{ order: 'sideways' }, /order must be one of random/],
  ])('%j is reported and the default used', (wrong, problem) => {
    const start = startKnobs(settings(wrong));
    expect(start.problem).toMatch(problem);
    expect(start.knobs).toEqual(startKnobs(settings()).knobs);
  });
});

test('what is wrong is reported each on its own, and all else counts', () => {
  const { knobs, problem } = startKnobs(
    settings({
      steps: 0,
      temperature: 3,
      order: 'margin',
      'search.candidates': 0,
      lengthRule: 'quantile',
    }),
  );
  const { sampler } = defaultPreset;
  expect(knobs.sampler).toEqual({ ...sampler, order: 'margin' });
  expect(knobs.search).toEqual(defaultSearch);
  expect(knobs.length).toMatchObject({ rule: 'quantile' });
  expect(problem).toMatch(/unmask\.steps .*unmask\.temperature .*unmask\.search\.candidates /);
});

test('the length rule takes its numbers from their setting', () => {
  const start = startKnobs(
    settings({ lengthRule: 'quantile', lengthRuleParameters: { quantile: 0.8 } }),
  );
  expect(start.problem).toBeNull();
  expect(start.knobs.length).toEqual({ rule: 'quantile', quantile: 0.8 });
  const { problem } = startKnobs(
    settings({ lengthRule: 'quantile', lengthRuleParameters: { quantile: 2 } }),
  );
  expect(problem).toContain('quantile must be a number from 0.05 to 0.95');
});

describe('the settings in package.json', () => {
  test('are those the schemas describe: run `npm run contributions` after changing one', () => {
    const made = settingsContributions(structuredClone(configuration));
    expect(configuration).toEqual(made);
    expect(configuration.map((group) => Object.keys(group.properties))).toEqual(
      made.map((group) => Object.keys(group.properties)),
    );
  });

  test('reach every number of every part', () => {
    for (const key of ['parallel', 'remask'] as const)
      for (const { name, numbers } of partKnob(key).options)
        for (const number of numbers) {
          // The loop may not be switched off before it is switched on.
          const top = number.key === 'on' || number.aboveMinimum;
          const value = top ? number.maximum : number.minimum;
          const start = startKnobs(
            settings({ [settingOf(key)]: name, [numbersSettingOf(key)]: { [number.key]: value } }),
          );
          expect(start.problem, `${name} ${number.key}`).toBeNull();
          expect(start.knobs.sampler[key]).toHaveProperty(number.key, value);
        }
  });
});
