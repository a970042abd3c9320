import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { presetPage, withKnobs } from '../../../scripts/presetPages';
import { presets } from '../../../src/diffusion/settings/presets';

const folder = new URL('../../../docs/presets/', import.meta.url);
const pageOf = (file: string) => readFileSync(new URL(file, folder), 'utf8');

test('every preset has a page, and every page a preset', () => {
  expect(readdirSync(folder).sort()).toEqual(presets.map(presetPage).sort());
});

describe.each(presets)('the page of $name', (preset) => {
  const page = pageOf(presetPage(preset));

  test('has the knobs, defaults and ranges of the schema (npm run docs writes them)', () => {
    expect(withKnobs(page, preset)).toBe(page);
  });

  test('says what it does, by which formula, who found it, and when to use it', () => {
    expect(page.split('\n')[0]).toBe(`# ${preset.name}`);
    for (const heading of ['Formula', 'When', 'Knobs']) expect(page).toContain(`\n## ${heading}\n`);
    expect(page).toMatch(/arXiv:\d{4}\.\d{5}/);
  });
});

test('the table of samplers.md has every preset, linked to its page', () => {
  const overview = readFileSync(new URL('../samplers.md', folder), 'utf8');
  for (const preset of presets)
    expect(overview).toContain(`[${preset.name}](presets/${presetPage(preset)})`);
});

test('a page without a place for the knobs is refused', () => {
  expect(() => withKnobs('# LLaDA\n', presets[0]!)).toThrow('lacks the lines');
});
