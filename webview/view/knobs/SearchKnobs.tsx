import { lackedByRule } from '../../../src/diffusion/length/lengthRules';
import { knobMatters } from '../../../src/diffusion/search/knobNeeds';
import { defaultSearchAndLength } from '../../../src/diffusion/search/settings';
import { type KnobEntry, searchKnobs } from '../../../src/diffusion/settings/knobTable';
import type { Knobs } from '../../../src/panel/messages';
import { usePanel } from '../panelContext';
import { knobMoves } from './knobMoves';
import { SettingKnob } from './SettingKnob';

/** Those that have anything to say with the others as they are. */
export function searchKnobsShown({ slots, search }: Knobs): readonly KnobEntry[] {
  return searchKnobs.filter(({ key }) =>
    key === 'length' ? slots === 'auto' : knobMatters(key, search),
  );
}

/** How fills are searched for above the sampler, and how their lengths are found. */
export function SearchKnobs() {
  const panel = usePanel();
  const moves = knobMoves(panel);
  if (moves === null) return null;
  const { knobs, turn, rest } = moves;
  const { length, search } = knobs;
  const rules = panel.model.value?.lengthRules;
  const unavailable = Object.fromEntries(
    Object.entries(lackedByRule)
      .filter(([rule]) => rules?.every((able) => able !== rule))
      .map(([rule, lack]) => [rule, `Not with this model: ${lack}`]),
  );
  const changed = (change: object): Knobs => {
    const { length: nextLength, ...nextSearch } = { ...search, length, ...change };
    return { ...knobs, search: nextSearch, length: nextLength };
  };
  return (
    <>
      {searchKnobsShown(knobs).map((knob) => (
        <SettingKnob
          key={knob.key}
          knob={knob}
          settings={{ ...search, length }}
          usual={defaultSearchAndLength}
          unavailable={knob.key === 'length' ? unavailable : undefined}
          onTurn={(change) => turn(changed(change))}
          onRest={(change) => rest(changed(change))}
        />
      ))}
    </>
  );
}
