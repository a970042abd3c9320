import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addSearchOptions, searchFrom } from '../../../../src/cli/options/searchOptions';

test('the help says what every knob of the search is at', () => {
  const help = addSearchOptions(new Command()).helpInformation().replace(/\s+/g, ' ');
  const { search, length } = searchFrom({});
  for (const value of [...Object.values(search), length.rule])
    expect(help).toContain(`; ${value} unless given`);
  expect(help.match(/unless given/g)).toHaveLength(Object.keys(search).length + 1);
});
