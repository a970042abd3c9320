import { RequestError } from '../../denoiser';
import type { TraceSlot } from '../../diffusion/trace';
import type { FillRequest } from '../protocol/messages';
import type { SlotLimits } from './spanLengths';

/**
 * Refuses slots that this model and these spans cannot have: a trace may come from another model, or another place.
 *
 * @param vocabulary the tokenizer's size
 * @throws {RequestError}
 */
export function checkResumed(
  { resume, spans }: FillRequest,
  { spanGap, maxSlots }: SlotLimits,
  vocabulary: number,
): void {
  if (resume === undefined) return;
  const { slots, from } = resume;
  const refuse = (why: string): never => {
    throw new RequestError(`The run cannot be taken up again: ${why}.`);
  };
  if (from.logProbs.length !== from.slots.length)
    refuse('its slots and their log-probabilities differ in number');
  for (const some of [slots, from.slots, from.before ?? slots, from.grown?.slots ?? slots]) {
    const lengths = lengthsBySpan(some);
    // A model that deletes slots may have taken all of a span's.
    const differs =
      some === slots ? lengths.length !== spans.length : lengths.length > spans.length;
    if (differs) refuse(`it fills ${lengths.length} spans, and ${spans.length} are selected`);
    if (some.length > maxSlots || Math.max(...lengths) > spanGap)
      refuse(`it has ${some.length} slots, more than this model fills`);
    if (some.some(({ token }) => token >= vocabulary))
      refuse('it holds tokens this model does not have; load the model it was recorded with');
  }
}

/**
 * Number of slots of every span.
 *
 * @param spans how many there are, of which the last may have none
 */
export function lengthsBySpan(slots: readonly TraceSlot[], spans = 0): number[] {
  const lengths = new Array<number>(spans).fill(0);
  for (const { span } of slots) lengths[span] = (lengths[span] ?? 0) + 1;
  return Array.from(lengths, (length) => length ?? 0);
}
