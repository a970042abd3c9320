import { withoutBorrowed } from '../../diffusion/trace/borrowed';
import { replay } from '../../diffusion/trace/replay';
import { stepsAtMost } from '../../diffusion/trace/stepsAtMost';
import type { Trace } from '../../diffusion/trace/trace';

/** What a masked slot looks like in a preview. It is only ever drawn, never written into a document. */
const MASK_GLYPH = '░';

/** Where a run stands, for one line of text. */
export interface Progress {
  /** Steps taken, and T: the most there can be. */
  readonly step: number;
  readonly steps: number;
  readonly masked: number;
}

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

export function progressOf(trace: Trace): Progress {
  const masked = trace.header.slots.filter((slot) => slot.state === 'masked').length;
  return {
    step: trace.steps.length,
    steps: stepsAtMost(trace),
    masked: trace.steps.at(-1)?.masked ?? masked,
  };
}

export const percentageOf = ({ done, of }: { readonly done: number; readonly of: number }) =>
  `${Math.floor((100 * done) / of)} %`;
