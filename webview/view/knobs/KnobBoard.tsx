import { defaultSearchAndLength } from '../../../src/diffusion/search/settings';
import { type KnobEntry, samplerKnobs } from '../../../src/diffusion/settings/knobTable';
import type { SamplerSettings } from '../../../src/diffusion/settings/sampler';
import { changedLabels } from '../../state/changedKnobs';
import { paceOf } from '../../state/measures';
import { usePanel } from '../panelContext';
import { RunButton } from '../RunButton';
import { idleNote, idleSeedNote } from './idleKnobs';
import { KnobGroup } from './KnobGroup';
import { knobMoves } from './knobMoves';
import { PresetKnob } from './PresetKnob';
import { SearchKnobs, searchKnobsShown } from './SearchKnobs';
import { SeedKnob } from './SeedKnob';
import { SettingKnob } from './SettingKnob';
import { SlotsKnob } from './SlotsKnob';
import { stepsNote } from './stepsNote';

const knobNamed = (key: keyof SamplerSettings) => samplerKnobs.find((knob) => knob.key === key)!;

/** Knobs of the sampler that are always in view; the others are folded away. */
const stepsKnob = knobNamed('steps');
const otherInView = [knobNamed('remask'), knobNamed('temperature')];
const folded = samplerKnobs.filter((knob) => ![stepsKnob, ...otherInView].includes(knob));

/** What the next run will use. */
export function KnobBoard() {
  const panel = usePanel();
  const moves = knobMoves(panel);
  const basis = panel.knobs.basis.value;
  if (moves === null || basis === null) return null;
  const { knobs, sampler, turn, rest, turnSampler, restSampler } = moves;
  const error = panel.knobs.error.value;
  const trace = panel.trace.value;
  const canvases = panel.canvases.value;
  const lastSlots = canvases.at(-1) ?? null;
  const stepMs = trace && paceOf(trace, canvases).stepMs;
  const ofSampler = (knob: KnobEntry) => (
    <SettingKnob
      key={knob.key}
      knob={knob}
      settings={sampler}
      usual={basis.sampler}
      note={
        knob === stepsKnob ? stepsNote(sampler, lastSlots, stepMs) : idleNote(knob.key, sampler)
      }
      onTurn={turnSampler}
      onRest={restSampler}
    />
  );
  const searched = searchKnobsShown(knobs);
  const search = { ...knobs.search, length: knobs.length };
  return (
    <div class="knobs knob-grid">
      <PresetKnob />
      {ofSampler(stepsKnob)}
      <SlotsKnob
        slots={knobs.slots}
        maximum={panel.model.value?.spanGap ?? null}
        onTurn={(slots) => turn({ ...knobs, slots })}
        onRest={(slots) => rest({ ...knobs, slots })}
      />
      {otherInView.map(ofSampler)}
      <SeedKnob
        seed={knobs.seed}
        lastSeed={panel.seed.value}
        note={idleSeedNote(sampler, knobs.search)}
        onRest={(seed) => rest({ ...knobs, seed })}
      />
      <KnobGroup
        name="knobs-revealing"
        title="Revealing"
        changed={changedLabels(folded, sampler, basis.sampler)}
        unchanged={`as in ${basis.name}`}
      >
        {folded.map(ofSampler)}
      </KnobGroup>
      <KnobGroup
        name="knobs-search"
        title="Search and length"
        changed={changedLabels(searched, search, defaultSearchAndLength)}
        unchanged="as by default"
      >
        <SearchKnobs />
      </KnobGroup>
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
