import { knobMatters, knobNeeds } from '../../diffusion/search/knobNeeds';
import { optionNamed } from './samplerOptions';
import type { SearchOptions } from './searchOptions';

/** What is said on standard error, a line each, of options that were given and have no effect. */
export function idleOptionNotes(options: SearchOptions): string[] {
  const { candidates = 1, iterations = 0 } = options;
  return Object.entries(knobNeeds).flatMap(([option, needs]) => {
    const isGiven = options[option as keyof typeof knobNeeds] !== undefined;
    if (!isGiven || knobMatters(option, { candidates, iterations })) return [];
    const others = needs.map((other) => optionNamed([other])).join(' or ');
    return `${optionNamed([option])} has no effect without ${others}.`;
  });
}
