import { probableEnd } from '../../diffusion/ending';
import type { Resumption } from '../../diffusion/resume';
import type { Transition } from '../../diffusion/trace';

/**
 * Ends the spans that have no pad where their text has most probably ended; see `probableEnd`. The slots from there on
 * become pads. Spans with masked or pinned slots are left alone.
 *
 * @param spans indices of those that may be ended.
 * @param most slots of a span; one that has them all cannot go on.
 */
export function cutEnds(
  { slots, endLogProbs = [] }: Pick<Resumption, 'slots' | 'endLogProbs'>,
  spans: readonly number[],
  { pad, most }: { readonly pad: number; readonly most: number },
): Transition[] {
  return spans.flatMap((span): Transition[] => {
    const indices = slots.flatMap((slot, i) => (slot.span === span ? [i] : []));
    if (indices.some((i) => slots[i]!.state !== 'revealed' || slots[i]!.token === pad)) return [];
    const end = probableEnd(
      indices.map((i) => endLogProbs[i] ?? null),
      indices.length < most,
    );
    if (end === undefined) return [];
    return indices.slice(end).map((i) => ({
      kind: 'edit',
      slot: slots[i]!.id,
      token: pad,
      logProb: 0,
      reason: 'after the most probable end',
    }));
  });
}
