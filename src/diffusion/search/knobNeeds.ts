import type { SearchSettings } from './settings';

type Switches = Pick<SearchSettings, 'candidates' | 'iterations'>;

/** The knobs of the search that do nothing unless one of these others turns on what they are about. */
export const knobNeeds = {
  particles: ['iterations'],
  rewardTemperature: ['iterations'],
  diversity: ['candidates', 'iterations'],
} as const satisfies { [Key in keyof SearchSettings]?: readonly (keyof Switches)[] };

/** Whether a knob of the search has anything to say with the others as they are. */
export function knobMatters(key: string, { candidates, iterations }: Switches): boolean {
  const isOn = { candidates: candidates > 1, iterations: iterations > 0 };
  const needs = new Map<string, readonly (keyof Switches)[]>(Object.entries(knobNeeds)).get(key);
  return needs?.some((other) => isOn[other]) ?? true;
}
