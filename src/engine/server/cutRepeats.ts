import type { ModelTokenizer } from '../../denoiser/tokenizer';
import type { Resumption } from '../../diffusion/resume';
import type { TraceSlot, TraceStep, Transition } from '../../diffusion/trace';

const REASON = 'repeats the text after the span';

/** Where a run ended that a cut is added to: its last step, or where it was taken up again if it took none. */
export type RunEnd = TraceStep | Resumption;

export interface RepeatContext {
  readonly tokenizer: Pick<ModelTokenizer, 'encode' | 'decode'>;
  readonly pad: number;
  /** What stands after each span. */
  readonly following: readonly string[];
}

/**
 * How many characters at the end of a fill say again what stands after it: the longest such stretch, if it has a word
 * in it and at least three characters that are not white space, and something is left before it; else 0.
 */
export function repeatedLength(fill: string, following: string): number {
  for (let length = Math.min(fill.length, following.length); length > 0; length--) {
    const stretch = following.slice(0, length);
    if (!fill.endsWith(stretch)) continue;
    const telling = /\w/.test(stretch) && stretch.replace(/\s/g, '').length >= 3;
    return telling && fill.slice(0, -length).trim() !== '' ? length : 0;
  }
  return 0;
}

/**
 * Takes back what a fill says again of the text after it: a model that runs into that text has not seen that its own
 * is complete. The slots of the repetition become pads; where it begins within a token, that token is replaced by its
 * first part. Pinned slots and fills with masks are left alone, and so is what has been cut: it is no repetition again.
 *
 * The step has no prediction of its own, and its figures are none: whether the run was made in one go or taken up again
 * right before it, it is the same step.
 *
 * @returns a step without a denoiser call, or undefined where nothing is repeated.
 */
export function cutRepeats(
  slots: readonly TraceSlot[],
  end: RunEnd,
  context: RepeatContext,
): TraceStep | undefined {
  const transitions = context.following.flatMap((following, span) =>
    cutsOf(
      slots.filter((slot) => slot.span === span && slot.token !== context.pad),
      following,
      context,
    ),
  );
  if (transitions.length === 0) return undefined;
  const { index, position } = placeAfter(end);
  return {
    index,
    ...(position === index ? {} : { position }),
    t: 0,
    s: 0,
    ms: 0,
    canvases: 0,
    transitions,
    confidence: [],
    entropy: [],
    alternatives: [],
    masked: slots.filter(({ state }) => state === 'masked').length,
  };
}

/** Blocks that ended early leave the plan's position ahead of the index. */
function placeAfter(end: RunEnd): { readonly index: number; readonly position: number } {
  if ('step' in end) return { index: end.step, position: end.position ?? end.step };
  return { index: end.index + 1, position: (end.position ?? end.index) + 1 };
}

/** A fill may repeat the text more than once, and a run taken up again after the cut must not be cut again. */
function withoutRepeats(fill: string, following: string): string {
  const repeated = repeatedLength(fill, following);
  return repeated === 0 ? fill : withoutRepeats(fill.slice(0, -repeated), following);
}

function cutsOf(
  slots: readonly TraceSlot[],
  following: string,
  { tokenizer, pad }: RepeatContext,
): Transition[] {
  const ids = slots.map(({ token }) => token);
  const fill = tokenizer.decode(ids);
  const kept = withoutRepeats(fill, following);
  if (kept === fill) return [];
  let whole = ids.length;
  while (!kept.startsWith(tokenizer.decode(ids.slice(0, whole)))) whole--;
  const rest = tokenizer.encode(kept.slice(tokenizer.decode(ids.slice(0, whole)).length));
  const changed = slots.slice(whole);
  const possible =
    rest.length <= changed.length &&
    changed.every(({ state }) => state === 'revealed') &&
    tokenizer.decode([...ids.slice(0, whole), ...rest]) === kept;
  if (!possible) return [];
  return changed.map(({ id }, i) => ({
    kind: 'edit',
    slot: id,
    token: rest[i] ?? pad,
    logProb: 0,
    reason: REASON,
  }));
}
