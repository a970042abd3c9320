import type { FillRequest } from '../engine/protocol/messages';

/** More characters for each slot than this, and most of what is selected cannot come back: tokens of code have about four. */
const MOST_CHARACTERS_PER_SLOT = 12;

/**
 * Why the fill of a request is hardly what the user wants, in sentences; null where nothing speaks against it. A rewrite
 * keeps of its text what it needs.
 *
 * @param spanGap most slots that the model takes in one span.
 */
export function doubtAbout(
  { mode, context, spans }: Pick<FillRequest, 'mode' | 'context' | 'spans'>,
  spanGap: number,
): string | null {
  if (mode.kind !== 'infill') return null;
  const large = spans.find(
    ({ text, slots }) => text.length > MOST_CHARACTERS_PER_SLOT * most(slots, spanGap),
  );
  if (large) {
    const tokens = most(large.slots, spanGap);
    return `${large.text.length} characters are selected, and the fill that is to replace all of them has at most ${tokens} ${tokens === 1 ? 'token' : 'tokens'}. Look before you accept it; select less for a fill that fits.`;
  }
  if (context.some((text) => text.trim() !== '')) return null;
  return 'There is nothing but white space around what is being filled, so the model can only guess: it goes by the code before and after. Leave some there, or write a comment above that says what is wanted.';
}

const most = (slots: number | 'auto', spanGap: number) => (slots === 'auto' ? spanGap : slots);
