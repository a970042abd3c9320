import type { Prediction } from '../../diffusion/denoiser';
import { alignedRows } from '../slots/alignedRows';
import { unusable } from '../slots/stepErrors';

/** Logits of the whole vocabulary, row-major. */
export interface Logits {
  readonly data: Float32Array;
  /** V, entries per row. */
  readonly width: number;
}

/** Which tokens a slot may become, and how many of them are looked at. */
export interface Choice {
  /** Of each token of the model's vocabulary, 1 where it is never chosen; nor are those beyond. */
  readonly barred: Uint8Array;
  readonly topK: number;
}

/**
 * The prediction that logits amount to, over the tokens that may be chosen.
 *
 * @param rows of the slots, in order
 * @throws {DenoiserError} when a number is not usable or a slot has no token left
 */
export function predictionFrom(
  logits: Logits,
  rows: readonly number[],
  { barred, topK: most }: Choice,
): Prediction {
  const slots = rows.map((row) => distributionOf(logits, row, barred, most));
  const aligned = alignedRows({
    counts: slots.map(({ best }) => best.length),
    token: (slot, k) => slots[slot]!.best[k]!.token,
    logProb: (slot, k) => slots[slot]!.best[k]!.logit - slots[slot]!.logTotal,
  });
  return { ...aligned, entropy: Float32Array.from(slots, ({ entropy }) => entropy) };
}

interface Distribution {
  /** The most probable first. */
  readonly best: readonly { readonly token: number; readonly logit: number }[];
  /** ln Σ exp(logit). */
  readonly logTotal: number;
  /** In nats. */
  readonly entropy: number;
}

function distributionOf(
  { data, width }: Logits,
  row: number,
  barred: Uint8Array,
  most: number,
): Distribution {
  const start = row * width;
  const best: { token: number; logit: number }[] = [];
  let greatest = Number.NEGATIVE_INFINITY;
  for (let token = 0; token < width; token++) {
    const logit = data[start + token]!;
    if (barred[token] !== 0) continue;
    if (Number.isNaN(logit) || logit === Number.POSITIVE_INFINITY) throw unusable(`logit ${logit}`);
    greatest = Math.max(greatest, logit);
    const isWorse = best.length === most && logit <= best.at(-1)!.logit;
    if (isWorse || logit === Number.NEGATIVE_INFINITY) continue;
    let at = best.length;
    while (at > 0 && best[at - 1]!.logit < logit) at--;
    best.splice(at, 0, { token, logit });
    if (best.length > most) best.pop();
  }
  let total = 0;
  let weighted = 0;
  for (let token = 0; token < width; token++) {
    const below = data[start + token]! - greatest;
    if (barred[token] !== 0 || below === Number.NEGATIVE_INFINITY) continue;
    const weight = Math.exp(below);
    total += weight;
    weighted += weight * below;
  }
  const logTotal = greatest + Math.log(total);
  return { best, logTotal, entropy: Math.max(0, Math.log(total) - weighted / total) };
}
