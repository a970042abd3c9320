import { expect, test } from 'vitest';
import { samplerKnobs } from '../../../src/diffusion/knobTable';
import { presetNamed } from '../../../src/diffusion/presets';
import { idleNote } from '../../../webview/view/knobs/idleKnobs';

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
