import type { Transition } from './trace';

/**
 * Reasons of what a rule put into a slot, whatever the model thought of it there: the trace's certainty is the rule's. Whoever
 * shows a trace knows them by these words.
 */
export const ruledBy = {
  /** `closeSpans` */
  end: 'after the end',
  /** See `probableEnd`. */
  probableEnd: 'after the most probable end',
  repeat: 'repeats the text after the span',
  copy: 'copied: more probable as a whole',
} as const;

const reasons: ReadonlySet<string> = new Set(Object.values(ruledBy));

/** Whether a transition followed from a rule alone. */
export const isRuled = ({ reason }: Pick<Transition, 'reason'>): boolean => reasons.has(reason);
