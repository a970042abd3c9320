import { defaultLength } from '../src/diffusion/length/settings';
import { defaultSearch } from '../src/diffusion/search/settings';
import { presetNamed } from '../src/diffusion/settings/presets';
import type { Trace } from '../src/diffusion/trace/trace';
import type { PanelState, RunPhase } from '../src/panel/messages';

export const waitingFor = (message: string): RunPhase => ({
  kind: 'starting',
  doing: { kind: 'waiting', message },
});

export const beginning = { kind: 'starting', doing: { kind: 'beginning' } } as const;

export const denoising = { kind: 'denoising', doing: { kind: 'stepping' } } as const;

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
