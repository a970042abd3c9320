import { type Command, Option } from 'commander';
import { rangeText } from '../../diffusion/settings/knob';
import { type KnobEntry, samplerKnobs } from '../../diffusion/settings/knobTable';
import { numberOption } from './numbers';

/** One letter for the knobs that are turned most. */
const letters: Readonly<Record<string, string>> = { steps: '-T, ' };

/** Adds an option for every knob of the sampler: `orderTemperature` becomes `--order-temperature <n>`. */
export function addSamplerOptions(command: Command): Command {
  for (const knob of samplerKnobs) command.addOption(optionFor(knob));
  return command;
}

/**
 * The option that turns a knob.
 *
 * @param initial what the knob is at where the option is not given; absent where that is up to the preset
 */
export function optionFor(knob: KnobEntry, initial?: string): Option {
  const flag = `${letters[knob.key] ?? ''}--${kebab(knob.key)}`;
  const unlessGiven = initial === undefined ? '' : `; ${initial} unless given`;
  const option = (value: string, says: string) =>
    new Option(`${flag} <${value}>`, `${says}${unlessGiven}`);
  switch (knob.kind) {
    case 'number':
      return option('n', `${knob.help}; ${rangeText(knob)}`).argParser(numberOption);
    case 'choice':
      return option('name', knob.help).choices(Object.keys(knob.options));
    case 'part':
      return option('rule', `${knob.help}: ${knob.options.map(rule).join(', ')}`);
  }
}

const tags = new Set<PropertyKey>(
  samplerKnobs.flatMap((knob) => (knob.kind === 'part' ? knob.tag : [])),
);

/** What the setting under a path of keys is typed as: `--top-p`, or `--parallel`’s threshold for a number of a rule. */
export function optionNamed([key, within]: readonly PropertyKey[]): string {
  const option = `--${kebab(String(key))}`;
  return within === undefined || tags.has(within) ? option : `${option}’s ${String(within)}`;
}

/** A rule as it is typed, with the numbers it comes with: `threshold:threshold=0.9`. */
function rule({ name, numbers }: Extract<KnobEntry, { kind: 'part' }>['options'][number]): string {
  const values = numbers.map(({ key, initial }) => `${key}=${initial}`).join(',');
  return values === '' ? name : `${name}:${values}`;
}

const kebab = (key: string) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
