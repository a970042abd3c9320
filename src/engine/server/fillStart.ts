import { firstTokens, type LoadedModel } from '../../denoiser';
import type { LaidOutContext } from '../../denoiser/context/contextLayout';
import { spanLengthsOf } from '../../diffusion/canvas';
import { maskedSlots, noisedSlots } from '../../diffusion/noise';
import type { TraceSlot } from '../../diffusion/trace/trace';
import type { CheckedFillRequest } from '../protocol/messages';
import { spanLengths } from './lengths/spanLengths';

/** Slots that a run begins with. */
export interface FillStart {
  /** L of each span. */
  readonly lengths: readonly number[];
  readonly slots: readonly TraceSlot[];
  /** The same fill, begun with other lengths. */
  withLengths(lengths: readonly number[]): FillStart;
}

/**
 * What a fill begins with: the slots of the run that it takes up again; all masks for an infill; for a rewrite the present
 * tokens and pads, forward-noised.
 *
 * @throws {RequestError} when the slots do not fit the model
 */
export function fillStart(
  { tokenizer, tokens: { mask, pad }, model: { manifest } }: LoadedModel,
  { mode, resume, sampler, seed, spans }: CheckedFillRequest,
  { borrowed }: Pick<LaidOutContext, 'borrowed'>,
): FillStart {
  // An infill only guesses L by them, and no more of it than there can be: of a selected file, the rest takes seconds.
  const most = mode.kind === 'infill' ? manifest.spanGap : Number.POSITIVE_INFINITY;
  const present = spans.map(
    ({ text }, span) => firstTokens(text.trim() && `${borrowed[span]}${text}`, most, tokenizer).ids,
  );
  const begun = (lengths: readonly number[], slots: readonly TraceSlot[]): FillStart => ({
    lengths,
    slots,
    withLengths: (given) => begun(given, canvas(given)),
  });
  const canvas = (lengths: readonly number[]): TraceSlot[] => {
    if (mode.kind === 'infill') return maskedSlots(lengths, mask);
    const padded = present.map((ids, span) => [
      ...ids,
      // Surplus slots are blank where they cannot be deleted.
      ...new Array<number>(lengths[span]! - ids.length).fill(pad ?? mask),
    ]);
    return noisedSlots(padded, mode.strength, mask, seed, sampler.schedule);
  };
  if (resume) return begun(spanLengthsOf(resume.from.slots, spans.length), resume.slots);
  const demands = spans.map(({ slots }, span) => {
    const tokens = present[span]!.length;
    return { slots, tokens, atLeast: mode.kind === 'rewrite' ? tokens : 1 };
  });
  const lengths = spanLengths(demands, { ...manifest, hasSurplus: pad !== undefined });
  return begun(lengths, canvas(lengths));
}
