import { RequestError } from '../../denoiser';
import { spanLengthsOf } from '../../diffusion/canvas';
import { counted } from '../../diffusion/counted';
import type { FillRequest } from '../protocol/messages';
import type { SlotLimits } from './lengths/spanLengths';

/**
 * Refuses slots that this model and these spans cannot have, and what does not go together: a trace may come from another
 * model, or another place, or have been changed by hand.
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
  const { grown } = from;
  if (from.logProbs.length !== from.slots.length || grown?.logProbs.length !== grown?.slots.length)
    refuse('its slots and their log-probabilities differ in number');
  if (from.endings && from.endings.length !== from.slots.length)
    refuse('its slots and what was said of their endings differ in number');
  if (grown && grown.step > from.step)
    refuse('its spans are said to have grown after the last of its steps');
  for (const some of [slots, from.slots, from.before ?? slots, grown?.slots ?? slots]) {
    const lengths = spanLengthsOf(some);
    // A model that deletes slots may have taken all of a span's.
    const differs =
      some === slots ? lengths.length !== spans.length : lengths.length > spans.length;
    if (differs)
      refuse(`it fills ${counted(lengths.length, 'span')}, and ${spans.length} are selected`);
    if (some.length > maxSlots || Math.max(...lengths) > spanGap)
      refuse(`it has ${some.length} slots, more than this model fills`);
    if (some.some(({ token }) => token >= vocabulary))
      refuse('it holds tokens this model does not have; load the model it was recorded with');
  }
}
