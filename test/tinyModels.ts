import { fileURLToPath } from 'node:url';
import type { Graphs } from '../src/denoiser/graphs/graphs';
import type { UnmaskGraphs } from '../src/denoiser/graphs/unmaskGraphs';
import type { ModelVariant } from '../src/models';

/** A trained model of 0.1 million parameters: its fills are poor, and there in no time. */
export const tinyModel = fileURLToPath(new URL('fixtures/tiny-model', import.meta.url));

/** One of that size with the graphs of the bundled model, adapted: its variant for the CPU is shipped packed. */
export const tinyAdaptedModel = fileURLToPath(new URL('fixtures/tiny-adapted', import.meta.url));

/** Open graphs as those of their family, `unmask`. */
export function unmaskGraphs(graphs: Graphs): UnmaskGraphs {
  if (graphs.family !== 'unmask') throw new Error('These are of another family.');
  return graphs;
}

/** The files of a variant's two graphs. */
export function graphFiles({ graphs }: ModelVariant) {
  if (!('step' in graphs)) throw new Error('These are of another family.');
  return graphs;
}
