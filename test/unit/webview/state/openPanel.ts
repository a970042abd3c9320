import type { SamplerSettings } from '../../../../src/diffusion/settings/sampler';
import type { PanelToHost, RunSummary, Runs } from '../../../../src/panel/messages';
import { Panel } from '../../../../webview/state/panel';

/** A stand-in for VS Code that keeps what the panel says and leaves. */
export function openPanel(left: unknown = undefined) {
  const said: PanelToHost[] = [];
  const host = {
    left,
    postMessage: (message: PanelToHost) => void said.push(message),
    getState: () => host.left,
    setState: (next: unknown) => {
      host.left = next;
    },
  };
  return { panel: new Panel(host), host, said };
}

/** The runs where there is one alone, of several candidates. */
export function runsOf(sampler: SamplerSettings): Runs {
  const run = { id: 'a', number: 1, preset: 'LLaDA', branch: null, sampler, seed: 5 };
  const summary: RunSummary = { ...run, steps: 3, outcome: 'finished', meanLogProb: -0.3 };
  return { list: [summary], shown: 'a', candidates: [], chosen: 1, asked: 4 };
}
