import type { TraceSlot } from '../trace/trace';

/**
 * The spans whose fill may have been cut off because L was too small: a model trained with surplus slots ends a fill
 * that fits with at least one pad. Empty for a model without pads, and never a span that has `limit` slots already or
 * whose last slot is still masked. Ascending.
 */
export function spansToGrow(
  slots: readonly TraceSlot[],
  padToken: number | undefined,
  limit: number,
): number[] {
  if (padToken === undefined) return [];
  const spans = new Map<number, { length: number; last: TraceSlot }>();
  for (const slot of slots)
    spans.set(slot.span, { length: (spans.get(slot.span)?.length ?? 0) + 1, last: slot });
  return [...spans]
    .filter(
      ([, { length, last }]) =>
        length < limit && last.state !== 'masked' && last.token !== padToken,
    )
    .map(([span]) => span);
}
