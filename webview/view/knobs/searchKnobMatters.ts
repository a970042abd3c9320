import type { SearchSettings } from '../../../src/diffusion/search/settings';

/** Whether a knob of the search has anything to say with the others as they are. */
export function searchKnobMatters(
  key: string,
  { candidates, iterations }: SearchSettings,
): boolean {
  switch (key) {
    case 'diversity':
      return candidates > 1 || iterations > 0;
    case 'particles':
    case 'rewardTemperature':
      return iterations > 0;
    default:
      return true;
  }
}
