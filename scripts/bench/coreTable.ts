import type { CoreCost } from './core';

/** What every sampler costs beside the model, as Markdown. */
export const coreTable = (costs: readonly CoreCost[]): string =>
  [
    '## Samplers: CPU time per step beside the model',
    '',
    '| preset | 256 slots, ms | 1,024 slots |',
    '| --- | --- | --- |',
    ...costs.map(
      ({ preset, ms, growth }) => `| ${preset} | ${ms.toFixed(3)} | × ${growth.toFixed(1)} |`,
    ),
    '',
  ].join('\n');
