import { samplerKnobs } from '../../../src/diffusion/settings/knobTable';
import { presetNamed, presets } from '../../../src/diffusion/settings/presets';
import { CUSTOM } from '../../../src/diffusion/settings/samplerParts';
import { butFor, changedLabels } from '../../state/changedKnobs';
import { withPreset } from '../../state/knobChanges';
import { usePanel } from '../panelContext';
import { ChoiceKnob } from './ChoiceKnob';

const labels = Object.fromEntries([...presets.map(({ name }) => name), CUSTOM].map((n) => [n, n]));

/** Where the sampler's other knobs start from. */
export function PresetKnob() {
  const panel = usePanel();
  const knobs = panel.knobs.value;
  const basis = panel.knobs.basis.value;
  if (knobs === null || basis === null) return null;
  const isOwn = presetNamed(knobs.preset) === undefined;
  const others = changedLabels(samplerKnobs, knobs.sampler, basis.sampler);
  return (
    <ChoiceKnob
      label="Preset"
      value={knobs.preset}
      labels={labels}
      summary={isOwn ? `A sampler of your own: ${likeBasis(basis.name, others)}` : basis.summary}
      changed={
        isOwn
          ? { usual: basis.name, onReset: () => panel.knobs.set(withPreset(knobs, basis)) }
          : undefined
      }
      onChange={(name) => {
        const preset = presetNamed(name);
        panel.knobs.set(
          preset === undefined ? { ...knobs, preset: CUSTOM } : withPreset(knobs, preset),
        );
      }}
    />
  );
}

function likeBasis(basis: string, others: readonly string[]): string {
  return others.length === 0 ? `so far ${basis}` : butFor(basis, others);
}
