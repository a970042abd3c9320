import { probableEnd } from '../../diffusion/ending';
import type { Resumption } from '../../diffusion/resume';
import type { Transition } from '../../diffusion/trace';

/**
 * Ends spans where their text has most probably ended, which is at the latest where the model put a pad; see `probableEnd`.
 * The slots from there on become pads. Spans with masked or pinned slots are left alone, and so are those with text behind
 * a pad, and those whose first pad the model did not choose: what has been cut is not cut again.
 *
 * @param spans those that may be ended, and whether each may go on instead.
 */
export function cutEnds(
  { slots, endings = [] }: Pick<Resumption, 'slots' | 'endings'>,
  spans: readonly { readonly span: number; readonly mayGoOn: boolean }[],
  pad: number,
): Transition[] {
  return spans.flatMap(({ span, mayGoOn }): Transition[] => {
    const all = slots.flatMap((slot, i) => (slot.span === span ? [i] : []));
    if (all.some((i) => slots[i]!.state !== 'revealed')) return [];
    const firstPad = all.findIndex((i) => slots[i]!.token === pad);
    if (firstPad >= 0 && !endings[all[firstPad]!]) return [];
    if (firstPad >= 0 && all.slice(firstPad).some((i) => slots[i]!.token !== pad)) return [];
    const upTo = firstPad < 0 ? all : all.slice(0, firstPad + 1);
    const end = probableEnd(
      upTo.map((i) => endings[i] ?? null),
      mayGoOn && firstPad < 0,
    );
    if (end === undefined) return [];
    return all.slice(end, firstPad < 0 ? undefined : firstPad).map((i) => ({
      kind: 'edit',
      slot: slots[i]!.id,
      token: pad,
      logProb: 0,
      reason: 'after the most probable end',
    }));
  });
}
