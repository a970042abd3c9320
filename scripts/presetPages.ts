import { rangeText } from '../src/diffusion/settings/knob';
import { type NumberEntry, samplerKnobs } from '../src/diffusion/settings/knobTable';
import type { Preset } from '../src/diffusion/settings/presets';

/** The page of a preset below docs/presets. */
export function presetPage({ name }: Preset): string {
  const plain = name.normalize('NFD').replace(/\p{Diacritic}/gu, '');
  return `${plain.toLowerCase().replace(/[^a-z0-9.]+/g, '-')}.md`;
}

const BEGIN = '<!-- knobs: written by `npm run docs` -->';
const END = '<!-- /knobs -->';

/**
 * The page with its table of knobs as the schema has them now.
 *
 * @throws {Error} when the page has no place for it
 */
export function withKnobs(page: string, preset: Preset): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined)
    throw new Error(`The page of ${preset.name} lacks the lines ${BEGIN} and ${END}.`);
  return `${before}${BEGIN}\n${knobTable(preset)}\n${END}${after}`;
}

/** Every knob of the sampler: what the preset sets it to, what it may be, and what it does. */
function knobTable({ sampler }: Preset): string {
  const rows = samplerKnobs.flatMap((knob) => {
    const value: unknown = Reflect.get(sampler, knob.key);
    if (knob.kind === 'number') return [numberRow(knob, knob.key, value)];
    if (knob.kind === 'choice')
      return [row(knob.key, value, Object.keys(knob.options).join(', '), knob.help)];
    const part = value as object;
    const chosen = Reflect.get(part, knob.tag);
    const option = knob.options.find((each) => each.name === chosen)!;
    return [
      row(knob.key, chosen, knob.options.map((each) => each.name).join(', '), option.help),
      ...option.numbers.map((number) =>
        numberRow(number, `${knob.key}.${number.key}`, Reflect.get(part, number.key)),
      ),
    ];
  });
  return ['| knob | default | range | |', '|---|---|---|---|', ...rows].join('\n');
}

const numberRow = (knob: NumberEntry, key: string, value: unknown) =>
  row(key, value, rangeText(knob), knob.help);

const row = (key: string, value: unknown, range: string, help: string) =>
  `| \`${key}\` | ${value} | ${range} | ${help} |`;
