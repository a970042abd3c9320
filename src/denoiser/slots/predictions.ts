import type { Prediction } from '../../diffusion/denoiser';
import { alignedRows } from './alignedRows';
import { unusable } from './stepErrors';

/** What the step graph returned for a batch, row-major over [B, S(, K)]. */
export interface StepOutputs {
  readonly topK: number;
  /** Slots per row, fillers included. */
  readonly slots: number;
  readonly ids: BigInt64Array;
  readonly logProbs: Float32Array;
  readonly entropy: Float32Array;
  readonly quality: Float32Array | undefined;
  /** What the slots hand on, [B, S, width], where they were read from left to right. */
  readonly keys?: Float32Array | undefined;
  readonly values?: Float32Array | undefined;
}

/** The slots of a canvas that a prediction is wanted of. */
export interface AskedRows {
  readonly first: number;
  readonly count: number;
}

/** Log-probabilities are rounded; a certain token may come out a little above 0. */
const ROUNDING = 1e-3;

/**
 * Cuts a batch's outputs into one prediction per canvas, of the slots asked about and without entries that can
 * never be chosen: ids beyond the tokenizer and tokens of probability 0. An entropy is −ln p of the slot's best token at
 * least, as that of every distribution is: where the graph bars what it finds most probable, such as a pad behind a mask, its
 * entropy would call a slot certain of which nothing can be chosen with certainty.
 *
 * @param vocabulary ids below it are text or special tokens
 * @throws {DenoiserError} when a number is not usable or a slot has no token left
 */
export function predictionsOf(
  outputs: StepOutputs,
  asked: readonly AskedRows[],
  vocabulary: number,
): Prediction[] {
  return asked.map(({ first: skipped, count: slots }, canvas) => {
    const first = canvas * outputs.slots + skipped;
    const kept = Array.from({ length: slots }, (_, slot) =>
      usableEntries(outputs, first + slot, vocabulary),
    );
    const rows = alignedRows({
      counts: kept.map((entries) => entries.length),
      token: (slot, k) => Number(outputs.ids[kept[slot]![k]!]),
      logProb: (slot, k) => outputs.logProbs[kept[slot]![k]!]!,
    });
    const entropy = finite(outputs.entropy, first, slots).map((nats, slot) =>
      Math.max(nats, -rows.logProbs[slot * rows.topK]!),
    );
    return {
      ...rows,
      entropy,
      ...(outputs.quality && { quality: finite(outputs.quality, first, slots) }),
    };
  });
}

/** Indices of a slot's entries that may be chosen, most probable first. */
function usableEntries(outputs: StepOutputs, slot: number, vocabulary: number): number[] {
  const entries: number[] = [];
  for (let entry = slot * outputs.topK; entry < (slot + 1) * outputs.topK; entry++) {
    const logProb = outputs.logProbs[entry]!;
    if (Number.isNaN(logProb) || logProb > ROUNDING) throw unusable(`log-probability ${logProb}`);
    const id = outputs.ids[entry]!;
    if (logProb > -Infinity && id >= 0n && id < vocabulary) entries.push(entry);
  }
  return entries;
}

function finite(values: Float32Array, first: number, count: number): Float32Array {
  const part = values.slice(first, first + count);
  const bad = part.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw unusable(`a score of ${bad}`);
  return part;
}
