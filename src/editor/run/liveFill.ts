import { withoutBorrowed } from '../../diffusion/trace/borrowed';
import { replay } from '../../diffusion/trace/replay';
import type { Trace } from '../../diffusion/trace/trace';

/** What a masked slot looks like in a preview. It is only ever drawn, never written into a document. */
const MASK_GLYPH = '░';

/**
 * The fill of every span as it stands after the steps so far, masked slots as glyphs, surplus slots left out.
 * A token that ends inside a character shows as the replacement character until its neighbours are revealed.
 */
export function liveFills(trace: Trace): string[] {
  const { maskToken, padToken, slots } = trace.header;
  const fills = new Array<string>(1 + Math.max(...slots.map((slot) => slot.span))).fill('');
  for (const slot of replay(trace)) {
    if (slot.token === padToken) continue;
    fills[slot.span] +=
      slot.token === maskToken ? MASK_GLYPH : (trace.tokenTexts[slot.token] ?? '');
  }
  return fills.map((fill, span) => withoutBorrowed(fill, trace.header.borrowed?.[span]));
}
