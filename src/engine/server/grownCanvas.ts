import { maskedSlots } from '../../diffusion/noise';
import type { Resumption } from '../../diffusion/resume';
import type { TraceSlot } from '../../diffusion/trace';

/**
 * The canvas of a run that goes on where an earlier one stood: every span with masks behind what it has, up to its new
 * length. The slots say themselves what is known of their endings, so that the new run's trace does.
 */
export function grownCanvas(
  { slots, endings }: Pick<Resumption, 'slots' | 'endings'>,
  lengths: readonly number[],
  mask: number,
): TraceSlot[] {
  const kept = slots.map(({ id, span, state, token }, i): TraceSlot => {
    const ending = endings?.[i];
    return { id, span, state, token, ...(ending && { ending }) };
  });
  return lengths
    .flatMap((length, span) => {
      const has = kept.filter((slot) => slot.span === span);
      const masks = maskedSlots([length - has.length], mask);
      return [...has, ...masks.map((slot) => ({ ...slot, span }))];
    })
    .map((slot, id) => ({ ...slot, id }));
}
