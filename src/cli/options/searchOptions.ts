import type { Command } from 'commander';
import type { LengthSettings } from '../../diffusion/length/settings';
import {
  defaultSearchAndLength,
  type SearchSettings,
  searchAndLengthSchema,
} from '../../diffusion/search/settings';
import { searchKnobs } from '../../diffusion/settings/knobTable';
import { wrongSettings } from '../../diffusion/settings/sampler';
import { UsageError } from '../errors';
import { givenOf } from './sampler';
import { optionFor, optionNamed } from './samplerOptions';

/** The knobs of the search and of the length, as given on the command line. */
export type SearchOptions = { readonly length?: string | undefined } & {
  readonly [Key in keyof SearchSettings]?: SearchSettings[Key] | undefined;
};

/** Adds an option for every knob of the search, and `--length`. */
export function addSearchOptions(command: Command): Command {
  const { length, ...search } = defaultSearchAndLength;
  const initial: Readonly<Record<string, string | number>> = { ...search, length: length.rule };
  for (const knob of searchKnobs) command.addOption(optionFor(knob, String(initial[knob.key])));
  return command;
}

/**
 * How to search and how to find lengths.
 *
 * @throws {UsageError} naming the option and its range.
 */
export function searchFrom(options: SearchOptions): {
  search: SearchSettings;
  length: LengthSettings;
} {
  const parsed = searchAndLengthSchema.safeParse({
    ...defaultSearchAndLength,
    ...givenOf(searchKnobs, options),
  });
  if (!parsed.success)
    throw new UsageError(`${wrongSettings(parsed.error, optionNamed).join('; ')}.`);
  const { length, ...search } = parsed.data;
  return { search, length };
}
