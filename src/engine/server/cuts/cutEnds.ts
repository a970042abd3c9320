import type { ModelTokenizer } from '../../../denoiser/tokenizer';
import { spanLengthsOf } from '../../../diffusion/canvas';
import type { Resumption } from '../../../diffusion/resume';
import { passedEnd, probableEnd } from '../../../diffusion/reveal/ending';
import type { PassedEnd } from '../../../diffusion/step/earlyEnd';
import { ruledBy } from '../../../diffusion/trace/ruled';
import type { Ending, TraceSlot, Transition } from '../../../diffusion/trace/trace';

/**
 * A span whose text may be shorter than its slots. A text that goes on gets more slots (`grows`), stays as it is where no more
 * were asked for (`stays`), or ends all the same where there are no more (`ends`).
 */
export interface EndingSpan {
  readonly span: number;
  readonly beyond: 'grows' | 'stays' | 'ends';
}

export interface EndContext {
  readonly tokenizer: Pick<ModelTokenizer, 'decode'>;
  readonly pad: number;
  readonly mayEnd: readonly EndingSpan[];
  /** Parse errors that fills add to the document, the tokens of each; null for one that is not known yet. */
  readonly newErrors: (fills: readonly (readonly number[] | null)[]) => number | null;
}

/** How much less plausible a text is for each parse error that it adds: the author's adds none. */
const PER_ERROR = Math.exp(-5);

/**
 * Ends spans where their text has most probably ended, which is at the latest where the model put a pad; see `probableEnd`.
 * Where a text would end with parse errors it has hardly ended, and it ends neither within a character nor before what is
 * pinned. The slots from there on become pads. Spans with masks are left alone, and so are those with text behind a pad, and
 * those whose first pad the model did not choose: what has been cut is not cut again.
 */
export function cutEnds(
  { slots, endings = [] }: Pick<Resumption, 'slots' | 'endings'>,
  context: EndContext,
): Transition[] {
  const { pad, mayEnd } = context;
  const texts = textsOf(slots);
  const notYet = new Set(mayEnd.map(({ span }) => span));
  const ended = texts.map((text, span) => (notYet.has(span) ? null : text));
  return mayEnd.flatMap(({ span, beyond }): Transition[] => {
    ended[span] = texts[span] ?? null;
    const all = slots.flatMap((slot, i) => (slot.span === span ? [i] : []));
    if (all.some((i) => slots[i]!.state === 'masked')) return [];
    const tokens = all.map((i) => slots[i]!.token);
    const firstPad = tokens.indexOf(pad);
    const length = firstPad < 0 ? all.length : firstPad;
    if (firstPad >= 0 && !endings[all[firstPad]!]) return [];
    if (tokens.slice(length).some((token) => token !== pad)) return [];
    const end = countingAlike(context, (counting) => {
      const ending = plausibleEnd(tokens, (text) => ended.with(span, text), counting);
      const goingOn = { grows: () => 1, stays: () => ending(length), ends: () => 0 }[beyond]();
      return probableEnd(endingsBehindPins(all, slots, endings).slice(0, length + 1), {
        goingOn: firstPad < 0 ? goingOn : 0,
        ending,
      });
    });
    if (end === undefined) return [];
    ended[span] = tokens.slice(0, end);
    return all.slice(end, length).map((i) => ({
      kind: 'edit',
      slot: slots[i]!.id,
      token: pad,
      logProb: 0,
      reason: ruledBy.probableEnd,
    }));
  });
}

/**
 * What ends a span while it is written from left to right, as `cutEnds` would in the end. Spans that have masks yet count as not
 * known.
 */
export function passedEndIn(context: EndContext): PassedEnd {
  const spans = new Set(context.mayEnd.map(({ span }) => span));
  return (slots, endings, span) => {
    if (!spans.has(span)) return undefined;
    const all = slots.flatMap((slot, i) => (slot.span === span ? [i] : []));
    const written = all.slice(
      0,
      all.findIndex((i) => slots[i]!.state === 'masked'),
    );
    const tokens = written.map((i) => slots[i]!.token);
    const end = countingAlike(context, (counting) =>
      passedEnd(
        endingsBehindPins(written, slots, endings),
        plausibleEnd(tokens, (text) => textsOf(slots).with(span, text), counting),
      ),
    );
    return end === undefined ? undefined : written[end];
  };
}

/** Of slots of a span, in order, what is known of it ending there: nothing before what is pinned. */
function endingsBehindPins(
  own: readonly number[],
  slots: readonly TraceSlot[],
  endings: readonly (Ending | null)[],
): (Ending | null)[] {
  const afterPins = own.findLastIndex((i) => slots[i]!.state === 'pinned') + 1;
  return own.map((i, slot) => (slot < afterPins ? null : (endings[i] ?? null)));
}

/**
 * Looks for an end, and once more where the parser gave up meanwhile: errors that were counted of some ends alone do not compare
 * them.
 */
function countingAlike<Found>(context: EndContext, find: (counting: EndContext) => Found): Found {
  const counted = new Set<boolean>();
  const newErrors: EndContext['newErrors'] = (fills) => {
    const errors = context.newErrors(fills);
    counted.add(errors !== null);
    return errors;
  };
  const found = find({ ...context, newErrors });
  return counted.size < 2 ? found : find(context);
}

/** @param fillsWith the text of the span as that of all of them, null where it is not known yet */
function plausibleEnd(
  tokens: readonly number[],
  fillsWith: (text: readonly number[]) => readonly (readonly number[] | null)[],
  { tokenizer, newErrors }: Pick<EndContext, 'tokenizer' | 'newErrors'>,
): (slot: number) => number {
  return (slot) => {
    const text = tokens.slice(0, slot);
    if (tokenizer.decode(text).endsWith('\uFFFD')) return 0;
    return PER_ERROR ** (newErrors(fillsWith(text)) ?? 0);
  };
}

/** The tokens of every span; null where one is masked. */
function textsOf(slots: readonly TraceSlot[]): (readonly number[] | null)[] {
  return spanLengthsOf(slots).map((_, span) => {
    const own = slots.filter((slot) => slot.span === span);
    if (own.some(({ state }) => state === 'masked')) return null;
    return own.map(({ token }) => token);
  });
}
