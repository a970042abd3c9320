import type { Transition } from '../../src/diffusion/trace';

/** What a rule put into a slot, whatever the model thought of it there: the trace's certainty is the rule's. */
export const ruled: ReadonlyMap<string, string> = new Map([
  ['after the end', 'the text of the span ends before this slot'],
  ['after the most probable end', 'the text of the span most probably ends before this slot'],
  ['repeats the text after the span', 'what the slot held repeated the text after the span'],
  [
    'copied: more probable as a whole',
    'a copy of a stretch of the text around is more probable as a whole',
  ],
]);

/** The reason of a transition where that says little, or the wrong thing, to who reads it beside a token; else as it is. */
export function explained(reason: string): string {
  const [, why, vetoed] = /^(.*?)(?:, (\d+) vetoed)?$/s.exec(reason)!;
  return vetoed === undefined ? worded(why!) : `${worded(why!)}; ${vetoes(Number(vetoed))}`;
}

function worded(why: string): string {
  // Said of the slots, and easily taken for the probability of the token.
  const drawn = /^drawn with probability (.+)$/.exec(why);
  if (drawn !== null)
    return `how many slots to reveal was drawn, with probability ${drawn[1]} for each mask`;
  return ruled.get(why) ?? why;
}

const vetoes = (count: number) =>
  count === 1 ? '1 token before it was vetoed' : `${count} tokens before it were vetoed`;

/** Whether a transition followed from a rule alone, whatever the model thought of the slot. */
export const isRuled = ({ reason }: Pick<Transition, 'reason'>): boolean => ruled.has(reason);

/** How probable the model found the token that a transition put into its slot; null where it put none, or a rule did. */
export function modelProbability(transition: Transition): number | null {
  if (!('logProb' in transition)) return null;
  const { logProb } = transition;
  return logProb === 0 && isRuled(transition) ? null : Math.exp(logProb);
}
