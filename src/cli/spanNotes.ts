import type { ModelStatus } from '../engine/protocol/messages';
import type { CutText, SpanArgument } from './spans';

/** Characters per slot that no fill comes near: a token of code has three to four. */
const CHARACTERS_PER_SLOT = 12;

/** What is said on standard error, a line each, of spans whose fill can hardly be of use. */
export function spanNotes(
  cut: Pick<CutText, 'context' | 'spans'>,
  typed: readonly SpanArgument[],
  { spanGap }: Pick<ModelStatus, 'spanGap'>,
): string[] {
  const notes = cut.spans.flatMap((text, i) => {
    if (text.length <= CHARACTERS_PER_SLOT * spanGap) return [];
    const lines = text.split(/\r\n|\r|\n/).length;
    const held = lines === 1 ? `${text.length} characters` : `${lines} lines`;
    return `Span ${typed[i]?.typed} holds ${held}, and at most ${spanGap} tokens take their place. Name a shorter span.`;
  });
  const what = cut.spans.length === 1 ? 'span' : 'spans';
  if (cut.context.every((text) => text.trim() === ''))
    notes.push(`There is no code around the ${what} for the model to read.`);
  return notes;
}
