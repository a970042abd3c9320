import { optionNamed } from './samplerOptions';
import type { SearchOptions } from './searchOptions';

/** Which options do nothing without which others: those that turn on the search they are about. */
const needs = [
  { option: 'particles', one: ['iterations'] },
  { option: 'rewardTemperature', one: ['iterations'] },
  { option: 'diversity', one: ['candidates', 'iterations'] },
] as const;

/** What is said on standard error, a line each, of options that were given and have no effect. */
export function idleOptionNotes(options: SearchOptions): string[] {
  const { candidates = 1, iterations = 0 } = options;
  const isOn = { candidates: candidates > 1, iterations: iterations > 0 };
  return needs.flatMap(({ option, one }) => {
    if (options[option] === undefined || one.some((other) => isOn[other])) return [];
    const others = one.map((other) => optionNamed([other])).join(' or ');
    return `${optionNamed([option])} has no effect without ${others}.`;
  });
}
