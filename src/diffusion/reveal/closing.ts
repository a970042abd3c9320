import { type Canvas, reveal } from '../canvas';
import { ruledBy } from '../trace/ruled';
import type { Transition } from '../trace/trace';

/**
 * Reveals what follows from a pad that a step has just put: surplus slots come after the text, so the masked slots
 * behind it in its span are pads too, with certainty and without another denoiser call. A span that has text behind
 * the pad is left as it is.
 *
 * @param taken the step's own transitions, already carried out on the canvas.
 */
export function closeSpans(
  canvas: Canvas,
  taken: readonly Transition[],
  pad: number,
): Transition[] {
  const put = new Set(
    taken.flatMap((each) => ('logProb' in each && each.token === pad ? [each.slot] : [])),
  );
  const ends = new Map<number, number>();
  for (const [i, { id, span }] of canvas.slots.entries())
    if (put.has(id) && !ends.has(span)) ends.set(span, i);
  return [...ends].flatMap(([span, end]) => {
    const behind = canvas.slots.flatMap((slot, i) => (slot.span === span && i > end ? [i] : []));
    const masked = behind.filter((i) => canvas.state[i] === 'masked');
    const onlyPads = behind.every((i) => canvas.state[i] === 'masked' || canvas.tokens[i] === pad);
    return onlyPads ? masked.map((i) => reveal(canvas, i, pad, 0, ruledBy.end)) : [];
  });
}
