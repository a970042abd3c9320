import { object } from 'zod';
import { knobsOf } from '../../../src/diffusion/knobTable';
import { defaultLength, lengthSchema } from '../../../src/diffusion/lengthSettings';
import {
  defaultSearch,
  type SearchSettings,
  searchSchema,
} from '../../../src/diffusion/search/settings';
import { usePanel } from '../panelContext';
import { knobMoves } from './knobMoves';
import { SettingKnob } from './SettingKnob';

const searchKnobs = knobsOf(searchSchema);
const lengthKnobs = knobsOf(object({ length: lengthSchema }));

/** Whether a knob of the search has anything to say with the others as they are. */
function matters(key: string, { candidates, iterations }: SearchSettings): boolean {
  if (key === 'diversity') return candidates > 1;
  return iterations > 0 || (key !== 'particles' && key !== 'rewardTemperature');
}

/** How fills are searched for above the sampler, and how their lengths are found. */
export function SearchKnobs() {
  const moves = knobMoves(usePanel());
  if (moves === null) return null;
  const { knobs, turn, rest } = moves;
  return (
    <>
      {knobs.slots === 'auto' &&
        lengthKnobs.map((knob) => (
          <SettingKnob
            key={knob.key}
            knob={knob}
            settings={knobs}
            usual={{ length: defaultLength }}
            onTurn={(change) => turn({ ...knobs, ...change })}
            onRest={(change) => rest({ ...knobs, ...change })}
          />
        ))}
      {searchKnobs
        .filter(({ key }) => matters(key, knobs.search))
        .map((knob) => (
          <SettingKnob
            key={knob.key}
            knob={knob}
            settings={knobs.search}
            usual={defaultSearch}
            onTurn={(change) => turn({ ...knobs, search: { ...knobs.search, ...change } })}
            onRest={(change) => rest({ ...knobs, search: { ...knobs.search, ...change } })}
          />
        ))}
    </>
  );
}
