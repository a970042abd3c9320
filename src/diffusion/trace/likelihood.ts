import type { TraceSlot } from './trace';

/** How probable the tokens are that a run revealed, each as it was when revealed. Natural logarithms. */
export interface Likelihood {
  /** Of all together (≤ 0); 0 where there are none. What fills are compared by, also such as have other numbers of slots. */
  readonly logProb: number;
  /** Per token: the text's, and the pad that ends it, but none behind. So it is the same however many slots are left over. */
  readonly meanLogProb: number;
}

/**
 * @param slots in document order
 * @param logProbs aligned with the slots; neither a number nor finite where the run revealed nothing
 * @param padToken undefined where the model has none
 */
export function likelihoodOf(
  slots: readonly Pick<TraceSlot, 'span' | 'token'>[],
  logProbs: ArrayLike<number | null | undefined>,
  padToken: number | undefined,
): Likelihood {
  let logProb = 0;
  let tokens = 0;
  for (const [i, { span, token }] of slots.entries()) {
    const own = logProbs[i] ?? Number.NaN;
    if (Number.isNaN(own)) continue;
    logProb += own;
    const before = slots[i - 1];
    const isBehindEnd = token === padToken && before?.span === span && before.token === padToken;
    if (!isBehindEnd) tokens++;
  }
  return { logProb, meanLogProb: tokens === 0 ? 0 : logProb / tokens };
}
