import { describe, expect, test } from 'vitest';
import { presetNamed } from '../../../../src/diffusion/settings/presets';
import { header, state, trace } from '../../smallRun';
import { openPanel, runsOf } from './openPanel';

test('the knobs are set to what the run was asked with, of which the candidate shown had another sampler', () => {
  const { panel, said } = openPanel();
  const warm = { ...header.sampler, temperature: 0.5 };
  const ofCandidate = { ...trace, header: { ...header, sampler: warm, seed: 350525680 } };
  const runs = runsOf(header.sampler);
  panel.receive({ kind: 'state', state: { ...state, trace: ofCandidate, runs } });
  panel.takeKnobsOfRun();
  const { sampler } = header;
  expect(said).toMatchObject([{ kind: 'knobs', knobs: { sampler, seed: 5 } }]);
  expect(panel.hasKnobsOfRun.value).toBe(true);
});

describe('knobs', () => {
  const sampler = { ...state.knobs.sampler, steps: 9 };

  test('are shown while they turn, and sent once they rest', () => {
    const { panel, said } = openPanel();
    panel.receive({ kind: 'state', state });
    panel.knobs.turn({ ...state.knobs, sampler });
    expect(panel.knobs.value!.sampler.steps).toBe(9);
    expect(said).toEqual([]);
    panel.knobs.set({ ...state.knobs, sampler });
    expect(said).toEqual([{ kind: 'knobs', knobs: { ...state.knobs, sampler } }]);
  });

  test('that are set elsewhere take the place of those that turn, other news do not', () => {
    const { panel } = openPanel();
    panel.receive({ kind: 'state', state });
    panel.knobs.turn({ ...state.knobs, sampler });
    panel.receive({ kind: 'place', place: 'b.ts:2' });
    expect(panel.knobs.value!.sampler.steps).toBe(9);
    panel.receive({ kind: 'knobs', knobs: state.knobs });
    expect(panel.knobs.value).toEqual(state.knobs);
  });

  test('that were turned stay so when a state comes that was made before', () => {
    const { panel } = openPanel();
    panel.receive({ kind: 'state', state });
    panel.knobs.set({ ...state.knobs, sampler });
    panel.receive({ kind: 'state', state: { ...state, place: 'b.ts:2' } });
    expect(panel.place.value).toBe('b.ts:2');
    expect(panel.knobs.value!.sampler.steps).toBe(9);
    panel.receive({ kind: 'knobs', knobs: state.knobs });
    expect(panel.knobs.value).toEqual(state.knobs);
  });

  test('that the sampler cannot take stay here, with the reason', () => {
    const { panel, said } = openPanel();
    panel.receive({ kind: 'state', state });
    const remask = { remasker: 'remdm-loop', eta: 0.02, on: 0.2, alpha: 0.9, off: 0.5 } as const;
    panel.knobs.set({ ...state.knobs, sampler: { ...sampler, remask } });
    expect(panel.knobs.error.value).toContain('must not be above on');
    expect(panel.knobs.value!.sampler.remask).toEqual(remask);
    expect(said).toEqual([]);
    panel.knobs.set({ ...state.knobs, sampler });
    expect(panel.knobs.error.value).toBeNull();
  });

  test('of one’s own were made from the preset before them, also after a reload', () => {
    const { panel, host } = openPanel();
    const mdlm = presetNamed('MDLM')!.sampler;
    // Nearer to MDLM than to LLaDA, the preset here.
    const own = { ...mdlm, parallel: state.knobs.sampler.parallel };
    panel.receive({ kind: 'state', state });
    panel.knobs.set({ ...state.knobs, preset: 'Custom', sampler: own });
    expect(panel.knobs.basis.value?.name).toBe('LLaDA');
    const custom = { ...state, knobs: { ...state.knobs, preset: 'Custom', sampler: own } };
    const again = openPanel(host.left).panel;
    again.receive({ kind: 'state', state: custom });
    expect(again.knobs.basis.value?.name).toBe('LLaDA');
    const anew = openPanel().panel;
    anew.receive({ kind: 'state', state: custom });
    expect(anew.knobs.basis.value?.name).toBe('MDLM');
    const ran = { ...trace, header: { ...header, sampler: own } };
    panel.receive({ kind: 'state', state: { ...state, trace: ran } });
    panel.takeKnobsOfRun();
    expect(panel.knobs.value).toMatchObject({ preset: 'Custom', seed: header.seed });
    expect(panel.knobs.basis.value?.name).toBe('MDLM');
  });
});
