import { samplerKnobs } from '../../../src/diffusion/settings/knobTable';
import { presetNamed, presets } from '../../../src/diffusion/settings/presets';
import { CUSTOM } from '../../../src/diffusion/settings/samplerParts';
import { withPreset } from '../../state/knobChanges';
import { surplusSteps } from '../../state/surplusSteps';
import { usePanel } from '../panelContext';
import { RunButton } from '../RunButton';
import { ChoiceKnob } from './ChoiceKnob';
import { idleNote, idleSeedNote } from './idleKnobs';
import { knobMoves } from './knobMoves';
import { SearchKnobs } from './SearchKnobs';
import { SeedKnob } from './SeedKnob';
import { SettingKnob } from './SettingKnob';
import { SlotsKnob } from './SlotsKnob';

/** What the next run will use. */
export function KnobBoard() {
  const panel = usePanel();
  const moves = knobMoves(panel);
  if (moves === null) return null;
  const { knobs, sampler, turn, rest, turnSampler, restSampler } = moves;
  const error = panel.knobsError.value;
  const usual = presetNamed(knobs.preset)?.sampler;
  const lastSlots = panel.canvases.value.at(-1) ?? null;
  return (
    <div class="knobs">
      <PresetKnob />
      <SlotsKnob
        slots={knobs.slots}
        maximum={panel.model.value?.spanGap ?? null}
        onTurn={(slots) => turn({ ...knobs, slots })}
        onRest={(slots) => rest({ ...knobs, slots })}
      />
      <SeedKnob
        seed={knobs.seed}
        lastSeed={panel.header.value?.seed ?? null}
        note={idleSeedNote(sampler, knobs.search)}
        onRest={(seed) => rest({ ...knobs, seed })}
      />
      {samplerKnobs.map((knob) => (
        <SettingKnob
          key={knob.key}
          knob={knob}
          settings={sampler}
          usual={usual}
          note={
            knob.key === 'steps' ? surplusSteps(sampler, lastSlots) : idleNote(knob.key, sampler)
          }
          onTurn={turnSampler}
          onRest={restSampler}
        />
      ))}
      <SearchKnobs />
      {error !== null && (
        <p class="failure knobs-run" role="alert">
          {error}
        </p>
      )}
      {panel.header.value !== null && (
        <div class="knobs-run">
          <RunButton />
        </div>
      )}
    </div>
  );
}

function PresetKnob() {
  const panel = usePanel();
  const knobs = panel.knobs.value;
  if (knobs === null) return null;
  const labels = Object.fromEntries(
    [...presets.map(({ name }) => name), CUSTOM].map((n) => [n, n]),
  );
  return (
    <ChoiceKnob
      label="Preset"
      value={knobs.preset}
      labels={labels}
      summary={presetNamed(knobs.preset)?.summary ?? 'A sampler of your own, put together below.'}
      onChange={(name) => {
        const preset = presetNamed(name);
        panel.setKnobs(
          preset === undefined ? { ...knobs, preset: CUSTOM } : withPreset(knobs, preset),
        );
      }}
    />
  );
}
