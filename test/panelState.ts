import { defaultLength } from '../src/diffusion/length/settings';
import { defaultSearch } from '../src/diffusion/search/settings';
import { presetNamed } from '../src/diffusion/settings/presets';
import type { Trace } from '../src/diffusion/trace/trace';
import type { PanelState } from '../src/panel/messages';

/** The panel's state after a run that is the only one. */
export const panelStateOf = (
  trace: Trace,
  known: Pick<PanelState, 'place' | 'model'>,
): PanelState => ({
  trace,
  runs: { list: [], shown: 'a', candidates: [], chosen: 0, asked: 0 },
  compared: null,
  phase: { kind: 'finished' },
  knobs: {
    preset: 'LLaDA',
    sampler: presetNamed('LLaDA')!.sampler,
    search: defaultSearch,
    length: defaultLength,
    slots: 'auto',
    seed: null,
  },
  ...known,
});
