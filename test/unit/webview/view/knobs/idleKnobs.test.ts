import { expect, test } from 'vitest';
import { defaultSearch } from '../../../../../src/diffusion/search/settings';
import { samplerKnobs } from '../../../../../src/diffusion/settings/knobTable';
import { presetNamed } from '../../../../../src/diffusion/settings/presets';
import { idleNote, idleSeedNote } from '../../../../../webview/view/knobs/idleKnobs';

test.each([
  ['Speculative', ['order', 'orderTemperature', 'schedule']],
  ['Fast-dLLM', ['schedule']],
  ['LLaDA', []],
  ['ReMDM', []],
])('under %s, these knobs are said to be idle: %j', (preset, idle) => {
  const { sampler } = presetNamed(preset)!;
  const noted = samplerKnobs.filter(({ key }) => idleNote(key, sampler) !== null);
  expect(noted.map(({ key }) => key).sort()).toEqual(idle);
});

test('the seed is said to be idle where nothing is drawn at random', () => {
  const idle = (preset: string, search = {}) =>
    idleSeedNote(presetNamed(preset)!.sampler, { ...defaultSearch, ...search }) !== null;
  expect(idle('Speculative')).toBe(true);
  expect(idle('MDLM')).toBe(false);
  // Further candidates are drawn at a temperature.
  expect(idle('Speculative', { candidates: 2 })).toBe(false);
  expect(idle('Speculative', { iterations: 1 })).toBe(false);
});
