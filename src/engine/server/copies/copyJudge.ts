import type { LoadedModel } from '../../../denoiser';
import { copiesFor } from '../../../diffusion/search/copies';
import { lessErrors } from '../../../diffusion/search/score';
import { endedText } from '../../../diffusion/search/wholeText';
import type { TraceSlot } from '../../../diffusion/trace/trace';
import { joined } from '../../../syntax';
import type { CheckedFillRequest } from '../../protocol/messages';
import { repeatedLength } from '../cuts/cutRepeats';
import type { SearchContext } from '../searchFills';

/** What a copy is judged by beside the model. */
export interface CopyContext extends Pick<SearchContext, 'textsOf' | 'newErrors' | 'signal'> {
  /** What each span's slots took along from the text before. */
  readonly borrowed: readonly string[];
  /**
   * Whether the fill goes on in more slots unless a copy takes its place. It gets no more probable by that, so that a copy which
   * is more probable than what there is of it need not wait for the rest.
   */
  readonly goesOn: boolean;
}

/** Of a model, what copies are made with. */
export interface CopyingModel {
  readonly tokenizer: Pick<LoadedModel['tokenizer'], 'encode'>;
  readonly tokens: Pick<LoadedModel['tokens'], 'pad' | 'elastic'>;
}

/** Which copies a span can have, and what the language has to say of a text in it. */
export function judgeOfSpan(
  { tokenizer, pad }: Pick<CopyingModel, 'tokenizer'> & { readonly pad: number },
  request: CheckedFillRequest,
  slots: readonly TraceSlot[],
  span: number,
  { borrowed, goesOn, newErrors, textsOf }: CopyContext,
) {
  const texts = textsOf(slots);
  const { context, search, spans } = request;
  const before = joined(context.slice(0, span + 1), texts.slice(0, span));
  // What stands in the spans behind has read this one, and is not read with a copy.
  const after = context.slice(span + 1);
  let isCounted = false;
  return {
    /** As tokens with the pad that ends them; not `text`, and nothing that says again what follows. */
    copies: (most: number, text: readonly number[]): (readonly number[])[] =>
      copiesFor({ before, after }, search.copies).flatMap((copy) => {
        const tokens = tokenizer.encode(`${borrowed[span] ?? ''}${copy}`);
        // A text that leaves no slot has not ended where the engine may give it more.
        const room = spans[span]!.slots === 'auto' ? most - 1 : most;
        if (tokens.length > room || repeatedLength(copy, after[0]!) > 0) return [];
        const ended = endedText(tokens, most, pad);
        const isSame = ended.length === text.length && ended.every((each, k) => each === text[k]);
        return isSame ? [] : [ended];
      }),
    score: (tokens: readonly number[], logProb: number, isCopy: boolean): number => {
      // Parse errors of a text that goes on may go as well.
      if (!isCopy && goesOn) return logProb;
      const errors = newErrors(textsOf(withText(slots, span, tokens, pad)));
      if (!isCopy) isCounted = errors !== null;
      // Errors that are counted of one alone do not compare the two.
      const isVetoed =
        errors === null ? isCounted : isCopy && search.syntax === 'guide' && errors > 0;
      return isVetoed ? Number.NEGATIVE_INFINITY : lessErrors(logProb, errors);
    },
  };
}

/** The slots with a text in those of a span; what it leaves are pads. */
export function withText(
  slots: readonly TraceSlot[],
  span: number,
  text: readonly number[],
  pad: number,
): TraceSlot[] {
  const first = slots.findIndex((slot) => slot.span === span);
  return slots.map((slot, i) =>
    slot.span === span ? { ...slot, token: text[i - first] ?? pad } : slot,
  );
}
