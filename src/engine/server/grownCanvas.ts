import { maskedSlots } from '../../diffusion/noise';
import type { Resumption } from '../../diffusion/resume';
import type { TraceSlot } from '../../diffusion/trace';

/** The canvas a run begins on, and what is known of it from an earlier one. */
export type Canvas = Pick<Resumption, 'slots' | 'endings'>;

/** The canvas of a run that goes on: every span with masks behind what it has, up to its new length. */
export function grownCanvas(
  { slots, endings }: Canvas,
  lengths: readonly number[],
  mask: number,
): Canvas {
  const grown = lengths.flatMap((length, span) => {
    const has = slots.flatMap((slot, i) =>
      slot.span === span ? [{ slot, ending: endings?.[i] ?? null }] : [],
    );
    const masks = maskedSlots([length - has.length], mask).map((slot) => ({
      slot: { ...slot, span },
      ending: null,
    }));
    return [...has, ...masks];
  });
  return {
    slots: grown.map(({ slot }, id): TraceSlot => ({ ...slot, id })),
    endings: grown.map(({ ending }) => ending),
  };
}
