import { readFileSync } from 'node:fs';
import { branchOf } from '../../src/diffusion/branch';
import { readTrace } from '../../src/diffusion/trace/readTrace';
import { replay } from '../../src/diffusion/trace/replay';
import type { Trace } from '../../src/diffusion/trace/trace';
import type { PanelState } from '../../src/panel/messages';
import { panelStateOf } from '../panelState';

const file = new URL('../fixtures/recorded-trace.json', import.meta.url);

/** A run of the bundled model, see `recordTrace.mts`. */
export const trace: Trace = readTrace(readFileSync(file, 'utf8'));

/** The panel's state after that run. */
export const state = panelStateOf(trace, {
  place: 'inventory.ts:47',
  model: {
    folder: '/models/unmask-135m',
    name: trace.header.model.name,
    version: trace.header.model.version,
    languages: ['typescript'],
    contextLength: 1024,
    maxSlots: 128,
    spanGap: 64,
    lengthRules: ['grow', 'quantile', 'calibrated'],
    wantedProvider: 'auto',
    executionProvider: 'cpu',
    precision: 'int8',
    fallbacks: [
      { executionProvider: 'webgpu', sentence: 'webgpu was not used: there is no adapter.' },
    ],
    loadMs: 120,
  },
});

/** Slot and token that the branch below is pinned to. */
export const pinned = { slot: 3, token: trace.steps[0]!.alternatives[3]![1]![0] };

/** A branch of that run at step 10 with one slot pinned, as it would be had nothing else come of it. */
export const branch: Trace = (() => {
  const start = branchOf(trace, 10, [{ kind: 'pin', ...pinned }]);
  const rest = trace.steps.slice(10).map((step) => ({
    ...step,
    transitions: step.transitions.filter(({ slot }) => slot !== pinned.slot),
  }));
  const header = { ...start.header, branchedAt: 10 };
  return { ...trace, header, steps: [...start.steps, ...rest] };
})();

const summary = {
  preset: 'ReMDM rescale',
  sampler: trace.header.sampler,
  seed: trace.header.seed,
  steps: trace.steps.length,
  outcome: 'finished',
} as const;

/** The panel's state with the branch shown and compared with the run it is a branch of. */
export const branchedState: PanelState = {
  ...state,
  trace: branch,
  runs: {
    list: [
      { id: 'a', number: 1, branch: null, meanLogProb: -0.42, ...summary },
      {
        id: 'b',
        number: 2,
        branch: { of: 1, candidate: 1, step: 10, changes: 1 },
        meanLogProb: -0.61,
        ...summary,
      },
    ],
    shown: 'b',
    candidates: [
      {
        texts: ['total += item.price;', '.inStock'],
        logProb: -0.61,
        meanLogProb: -0.61,
        newErrors: 0,
      },
      { texts: ['total += item;', ' ('], logProb: -0.74, meanLogProb: -0.74, newErrors: 1 },
    ],
    chosen: 0,
    asked: 1,
  },
  compared: { id: 'a', candidate: 1, trace },
};

/** Texts of the slots after so many steps; null for a mask, '' for a pad. */
export function slotTexts(steps: number): (string | null)[] {
  const { maskToken, padToken } = trace.header;
  return replay(trace, steps).map(({ token }) => {
    if (token === maskToken) return null;
    return token === padToken ? '' : trace.tokenTexts[token]!;
  });
}
