import { readFileSync } from 'node:fs';
import { presets } from '../../src/diffusion/presets';
import { replay } from '../../src/diffusion/replay';
import type { Trace } from '../../src/diffusion/trace';
import type { PanelState } from '../../src/panel/messages';

const file = new URL('../fixtures/recorded-trace.json', import.meta.url);

/** A run of the bundled model, see `recordTrace.mts`. */
export const trace: Trace = JSON.parse(readFileSync(file, 'utf8'));

/** The panel's state after that run. */
export const state: PanelState = {
  trace,
  runs: { list: [], shown: null, compared: null },
  phase: { kind: 'finished' },
  place: 'inventory.ts:47',
  knobs: { preset: 'LLaDA', sampler: presets[1]!.sampler, slots: 'auto', seed: null },
  presets,
  model: {
    folder: '/models/unmask-small',
    name: trace.header.model.name,
    version: trace.header.model.version,
    languages: ['typescript'],
    contextLength: 1024,
    maxSlots: 128,
    spanGap: 64,
    executionProvider: 'cpu',
    precision: 'int8',
    fallbacks: [{ executionProvider: 'webgpu', reason: 'There is no adapter.' }],
    loadMs: 120,
  },
};

/** Texts of the slots after so many steps; null for a mask, '' for a pad. */
export function slotTexts(steps: number): (string | null)[] {
  const { maskToken, padToken } = trace.header;
  return replay(trace, steps).map(({ token }) => {
    if (token === maskToken) return null;
    return token === padToken ? '' : trace.tokenTexts[token]!;
  });
}
