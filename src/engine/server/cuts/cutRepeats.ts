import type { ModelTokenizer } from '../../../denoiser/tokenizer';
import { ruledBy } from '../../../diffusion/trace/ruled';
import type { TraceSlot, Transition } from '../../../diffusion/trace/trace';

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
 */
export function cutRepeats(slots: readonly TraceSlot[], context: RepeatContext): Transition[] {
  return context.following.flatMap((following, span) =>
    cutsOf(
      slots.filter((slot) => slot.span === span && slot.token !== context.pad),
      following,
      context,
    ),
  );
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
    reason: ruledBy.repeat,
  }));
}
