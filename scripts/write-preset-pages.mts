/** `npm run docs`: writes into the pages of docs/presets the knobs that the schema describes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { presets } from '../src/diffusion/settings/presets';
import { presetPage, withKnobs } from './presetPages';

for (const preset of presets) {
  const file = new URL(`../docs/presets/${presetPage(preset)}`, import.meta.url);
  writeFileSync(file, withKnobs(readFileSync(file, 'utf8'), preset));
}
