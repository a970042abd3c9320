import type { ParallelRuleSettings, RemaskerSettings } from '../../../src/diffusion/settings';
import { CUSTOM, freshParallelRule, freshRemasker, withPreset } from '../../state/knobChanges';
import { doublingStops, knobRanges } from '../../state/knobRanges';
import {
  orderTexts,
  parallelRuleTexts,
  remaskerTexts,
  scheduleTexts,
} from '../../state/samplerParts';
import { surplusSteps } from '../../state/surplusSteps';
import { Button } from '../../toolkit';
import { usePanel } from '../panelContext';
import { ChoiceKnob } from './ChoiceKnob';
import { knobMoves } from './knobMoves';
import { NumberKnob } from './NumberKnob';
import { PartKnob } from './PartKnob';
import { SeedKnob } from './SeedKnob';
import { SlotsKnob } from './SlotsKnob';

/** What the next run will use. */
export function KnobBoard() {
  const panel = usePanel();
  const turn = knobMoves(panel);
  if (turn === null) return null;
  const { knobs, sampler, rest, restSampler, turnSampler } = turn;
  const error = panel.knobsError.value;
  const busy = ['starting', 'denoising'].includes(panel.phase.value.kind);
  return (
    <div class="knobs">
      <PresetKnob />
      <NumberKnob
        label="Steps T"
        hint="Exact for fixed and ancestral rules, an upper bound for adaptive ones"
        value={sampler.steps}
        range={knobRanges.steps}
        stops={stepStops}
        note={surplusSteps(sampler, panel.header.value?.slots.length ?? null)}
        onTurn={(steps) => turnSampler({ steps })}
        onRest={(steps) => restSampler({ steps })}
      />
      <SlotsKnob
        slots={knobs.slots}
        maximum={panel.model.value?.spanGap ?? null}
        onTurn={(slots) => panel.turnKnobs({ ...knobs, slots })}
        onRest={(slots) => rest({ ...knobs, slots })}
      />
      <PartKnob
        label="Remasking"
        texts={remaskerTexts}
        choice={sampler.remask.remasker}
        numbers={numbersOf(sampler.remask)}
        onChoose={(remasker) => restSampler({ remask: freshRemasker(remasker) })}
        onTurn={(change) => turnSampler({ remask: { ...sampler.remask, ...change } })}
        onRest={(change) => restSampler({ remask: { ...sampler.remask, ...change } })}
      />
      <SeedKnob
        seed={knobs.seed}
        lastSeed={panel.header.value?.seed ?? null}
        onRest={(seed) => rest({ ...knobs, seed })}
      />
      <PartKnob
        label="Parallel rule"
        texts={parallelRuleTexts}
        choice={sampler.parallel.rule}
        numbers={numbersOf(sampler.parallel)}
        onChoose={(rule) => restSampler({ parallel: freshParallelRule(rule) })}
        onTurn={(change) => turnSampler({ parallel: { ...sampler.parallel, ...change } })}
        onRest={(change) => restSampler({ parallel: { ...sampler.parallel, ...change } })}
      />
      <ChoiceKnob
        label="Order"
        value={sampler.order}
        labels={orderTexts}
        onChange={(order) => restSampler({ order })}
      />
      <NumberKnob
        label="Order temperature"
        hint="0 is strictly best first; higher draws the slots more freely"
        value={sampler.orderTemperature}
        range={knobRanges.orderTemperature}
        sliderMaximum={2}
        onTurn={(orderTemperature) => turnSampler({ orderTemperature })}
        onRest={(orderTemperature) => restSampler({ orderTemperature })}
      />
      <ChoiceKnob
        label="Schedule"
        value={sampler.schedule}
        labels={scheduleTexts}
        onChange={(schedule) => restSampler({ schedule })}
      />
      <NumberKnob
        label="Temperature"
        hint="0 always takes the most probable token"
        value={sampler.temperature}
        range={knobRanges.temperature}
        onTurn={(temperature) => turnSampler({ temperature })}
        onRest={(temperature) => restSampler({ temperature })}
      />
      <NumberKnob
        label="Top-p"
        hint="Only the most probable tokens that together reach this probability are drawn"
        value={sampler.topP}
        range={knobRanges.topP}
        onTurn={(topP) => turnSampler({ topP })}
        onRest={(topP) => restSampler({ topP })}
      />
      {error !== null && (
        <p class="failure knobs-run" role="alert">
          {error}
        </p>
      )}
      {panel.header.value !== null && (
        <div class="knobs-run">
          <Button
            icon="refresh"
            disabled={busy || error !== null}
            onPress={() => panel.post({ kind: 'run' })}
          >
            Re-run
          </Button>
        </div>
      )}
    </div>
  );
}

function PresetKnob() {
  const panel = usePanel();
  const knobs = panel.knobs.value;
  if (knobs === null) return null;
  const presets = panel.presets.value;
  const labels = Object.fromEntries(
    [...presets.map(({ name }) => name), CUSTOM].map((n) => [n, n]),
  );
  return (
    <ChoiceKnob
      label="Preset"
      value={knobs.preset}
      labels={labels}
      summary={
        presets.find(({ name }) => name === knobs.preset)?.summary ??
        'A sampler of your own, put together below.'
      }
      onChange={(name) => {
        const preset = presets.find((each) => each.name === name);
        panel.setKnobs(
          preset === undefined ? { ...knobs, preset: CUSTOM } : withPreset(knobs, preset),
        );
      }}
    />
  );
}

const stepStops = doublingStops(knobRanges.steps);

function numbersOf(part: ParallelRuleSettings | RemaskerSettings): Record<string, number> {
  return Object.fromEntries(
    Object.entries<unknown>(part).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  );
}
