import type { ModelTokenizer } from '../../denoiser/tokenizer';
import type { TraceSlot, TraceStep, Transition } from '../../diffusion/trace';

const REASON = 'repeats the text after the span';

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
 * first part. Pinned slots and fills with masks are left alone.
 *
 * @param last the run's last step, whose figures the added step repeats.
 * @returns a step without a denoiser call, or undefined where nothing is repeated.
 */
export function cutRepeats(
  slots: readonly TraceSlot[],
  last: TraceStep,
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
  const { confidence, entropy, alternatives, masked } = last;
  return {
    index: last.index + 1,
    t: last.s,
    s: last.s,
    ms: 0,
    canvases: 0,
    transitions,
    confidence,
    entropy,
    alternatives,
    masked,
  };
}

function cutsOf(
  slots: readonly TraceSlot[],
  following: string,
  { tokenizer, pad }: RepeatContext,
): Transition[] {
  const ids = slots.map(({ token }) => token);
  const fill = tokenizer.decode(ids);
  const repeated = repeatedLength(fill, following);
  if (repeated === 0) return [];
  const kept = fill.slice(0, -repeated);
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
