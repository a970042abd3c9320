/**
 * P2, path planning (Peng et al. 2025): at every step all slots that are not pinned are ranked anew, and the last of
 * them hold the masks afterwards, whether they were masked before or not. A slot revealed too early is thereby
 * taken back as soon as the model doubts it more than another.
 *
 * @param ranked all slots that are not pinned, the surest first.
 * @param left number of slots that are masked after the step; all of them if there are no more.
 */
export function p2Masks(ranked: readonly number[], left: number): readonly number[] {
  return ranked.slice(Math.max(0, ranked.length - left));
}
