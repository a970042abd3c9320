import type { FillRequest } from '../protocol/messages';

/** Why the fill of a request is hardly what the user wants. */
export type Doubt =
  /** Far more text is to be replaced in a span than its slots can hold. */
  | {
      readonly kind: 'tooLarge';
      readonly span: number;
      /** In the span now. */
      readonly text: string;
      readonly slots: number;
    }
  /** Nothing but white space stands around all spans. */
  | { readonly kind: 'nothingAround' };

/** More characters for each slot than this, and most of the text cannot come back: tokens of code have about four. */
const MOST_CHARACTERS_PER_SLOT = 12;

/**
 * What speaks against a fill before it is made. Nothing does against a rewrite, which keeps of its text what it needs.
 *
 * @param spanGap most slots that the model takes in one span
 */
export function doubtsAbout(
  { mode, context, spans }: Pick<FillRequest, 'mode' | 'context' | 'spans'>,
  spanGap: number,
): Doubt[] {
  if (mode.kind !== 'infill') return [];
  const doubts = spans.flatMap(({ text, slots: asked }, span): Doubt[] => {
    const slots = asked === 'auto' ? spanGap : asked;
    const isTooLarge = text.length > MOST_CHARACTERS_PER_SLOT * slots;
    return isTooLarge ? [{ kind: 'tooLarge', span, text, slots }] : [];
  });
  const isAlone = context.every((text) => text.trim() === '');
  return isAlone ? [...doubts, { kind: 'nothingAround' }] : doubts;
}
