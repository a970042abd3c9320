import type { Prediction } from '../../diffusion/denoiser';
import type { ModelManifest } from '../../models';
import { closeGraphs, type Graphs } from '../graphs/graphs';
import type { ModelTokens } from '../modelTokens';
import { disagreement } from './agreement';
import { selfCheckPredictions } from './selfCheck';

/**
 * Runs the self-check, compares it with what is known to be right, and closes graphs that fail it.
 *
 * @param wrong what to say of a difference, in nats, that is too large
 * @throws {Error} where there is one; {DenoiserError} where the graphs fail or return unusable numbers
 */
export async function checkGraphs(
  graphs: Graphs,
  manifest: ModelManifest,
  tokens: ModelTokens,
  reference: readonly Prediction[] | undefined,
  wrong: (difference: number) => string,
): Promise<void> {
  try {
    const found = await selfCheckPredictions(graphs, manifest, tokens);
    const difference = reference && disagreement(reference, found);
    if (difference !== undefined) throw new Error(wrong(difference));
  } catch (error) {
    await closeGraphs(graphs);
    throw error;
  }
}
