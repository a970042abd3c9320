import { isRuled, ruledBy } from '../../src/diffusion/trace/ruled';
import type { Transition } from '../../src/diffusion/trace/trace';

const ruled: ReadonlyMap<string, string> = new Map([
  [ruledBy.end, 'the text of the span ends before this slot'],
  [ruledBy.probableEnd, 'the text of the span most probably ends before this slot'],
  [ruledBy.repeat, 'what the slot held repeated the text after the span'],
  [ruledBy.copy, 'a copy of a stretch of the text around is more probable as a whole'],
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

/** How probable the model found the token that a transition put into its slot; null where it put none, or a rule did. */
export function modelProbability(transition: Transition): number | null {
  if (!('logProb' in transition)) return null;
  const { logProb } = transition;
  return logProb === 0 && isRuled(transition) ? null : Math.exp(logProb);
}
