import type { Doubt } from '../../engine/client';
import type { SpanArgument } from './spans';

/** What is said on standard error, a line each, of doubts about the fill of spans. */
export function spanNotes(doubts: readonly Doubt[], typed: readonly SpanArgument[]): string[] {
  return doubts.map((doubt) => {
    if (doubt.kind === 'nothingAround')
      return `There is no code around the ${typed.length === 1 ? 'span' : 'spans'} for the model to read.`;
    const { span, text, slots } = doubt;
    const lines = text.split(/\r\n|\r|\n/).length;
    const held = lines === 1 ? `${text.length} characters` : `${lines} lines`;
    const most = slots === 1 ? '1 token takes' : `${slots} tokens take`;
    return `Span ${typed[span]?.typed} holds ${held}, and at most ${most} their place. Name a shorter span.`;
  });
}
