import type { Prediction } from '../../diffusion/denoiser';
import { unusable } from './stepErrors';

/** What of each slot can be chosen, most probable first. */
export interface ChoosableEntries {
  /** How many, of each slot. */
  readonly counts: readonly number[];
  token(slot: number, k: number): number;
  /** At most a rounding above 0. */
  logProb(slot: number, k: number): number;
}

/**
 * Every slot gives as many tokens as the poorest has, so that rows stay aligned.
 *
 * @throws {DenoiserError} when a slot has none
 */
export function alignedRows(
  entries: ChoosableEntries,
): Pick<Prediction, 'topK' | 'tokens' | 'logProbs'> {
  const { counts } = entries;
  const topK = Math.min(...counts);
  if (topK === 0) throw unusable('no token is possible in a slot');
  const tokens = new Int32Array(counts.length * topK);
  const logProbs = new Float32Array(tokens.length);
  for (const slot of counts.keys()) {
    for (let k = 0; k < topK; k++) {
      tokens[slot * topK + k] = entries.token(slot, k);
      logProbs[slot * topK + k] = Math.min(0, entries.logProb(slot, k));
    }
  }
  return { topK, tokens, logProbs };
}
