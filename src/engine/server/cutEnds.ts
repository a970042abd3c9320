import { probableEnd } from '../../diffusion/ending';
import type { Resumption } from '../../diffusion/resume';
import type { Transition } from '../../diffusion/trace';

/**
 * Ends the spans that have no pad where their text has most probably ended; see `probableEnd`. The slots from there on
 * become pads. Spans with masked or pinned slots are left alone.
 *
 * @param spans those that may be ended, and whether each may go on instead.
 */
export function cutEnds(
  { slots, endLogProbs = [] }: Pick<Resumption, 'slots' | 'endLogProbs'>,
  spans: readonly { readonly span: number; readonly mayGoOn: boolean }[],
  pad: number,
): Transition[] {
  return spans.flatMap(({ span, mayGoOn }): Transition[] => {
    const indices = slots.flatMap((slot, i) => (slot.span === span ? [i] : []));
    if (indices.some((i) => slots[i]!.state !== 'revealed' || slots[i]!.token === pad)) return [];
    const end = probableEnd(
      indices.map((i) => endLogProbs[i] ?? null),
      mayGoOn,
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
