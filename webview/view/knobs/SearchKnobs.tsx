import { knobMatters } from '../../../src/diffusion/search/knobNeeds';
import { defaultSearchAndLength } from '../../../src/diffusion/search/settings';
import { type KnobEntry, searchKnobs } from '../../../src/diffusion/settings/knobTable';
import { usePanel } from '../panelContext';
import { knobMoves } from './knobMoves';
import { SettingKnob } from './SettingKnob';

const isOfLength = ({ key }: KnobEntry) => key === 'length';
const lengthKnobs = searchKnobs.filter(isOfLength);
const otherKnobs = searchKnobs.filter((knob) => !isOfLength(knob));

const uncalibrated = {
  calibrated:
    'Not with this model: it was not calibrated. Run “unmask models calibrate” on it, or take another rule.',
};

/** How fills are searched for above the sampler, and how their lengths are found. */
export function SearchKnobs() {
  const panel = usePanel();
  const moves = knobMoves(panel);
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
            usual={defaultSearchAndLength}
            unavailable={panel.model.value?.calibrated === false ? uncalibrated : undefined}
            onTurn={(change) => turn({ ...knobs, ...change })}
            onRest={(change) => rest({ ...knobs, ...change })}
          />
        ))}
      {otherKnobs
        .filter(({ key }) => knobMatters(key, knobs.search))
        .map((knob) => (
          <SettingKnob
            key={knob.key}
            knob={knob}
            settings={knobs.search}
            usual={defaultSearchAndLength}
            onTurn={(change) => turn({ ...knobs, search: { ...knobs.search, ...change } })}
            onRest={(change) => rest({ ...knobs, search: { ...knobs.search, ...change } })}
          />
        ))}
    </>
  );
}
