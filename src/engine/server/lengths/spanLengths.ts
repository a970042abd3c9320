import { RequestError } from '../../../denoiser';
import type { FillRequest } from '../../protocol/messages';

/** What a model allows: slots per span and per request. */
export interface SlotLimits {
  readonly spanGap: number;
  readonly maxSlots: number;
}

/** The limits, and whether surplus slots vanish, so that L may be more than it takes. */
export interface SlotRoom extends SlotLimits {
  readonly hasSurplus: boolean;
}

/** A span as far as its length matters. */
export interface SpanDemand {
  readonly slots: FillRequest['spans'][number]['slots'];
  /** Tokens of the text now in the span. */
  readonly tokens: number;
  /** The least it must have: a rewrite keeps room for every token it starts from. */
  readonly atLeast: number;
}

/** L for a blank span, where nothing hints at how much is missing. */
const BLANK_SLOTS = 16;

/**
 * The most that growing gives a span. On held-out spans hardly a fill that had not ended by then was right, and most had
 * run past an end long before: it is better to look for that end than to go on.
 */
const MOST_GROWN = 32;

/**
 * L of each span: as asked for, or guessed from the present text (about one and a half times its tokens where surplus
 * slots become pads and vanish, else as many) and shrunk evenly where all guesses together exceed what the model can do.
 *
 * @throws {RequestError} when what was asked for by number does not fit
 */
export function spanLengths(demands: readonly SpanDemand[], room: SlotRoom): number[] {
  const { spanGap, maxSlots, hasSurplus } = room;
  const wanted = demands.map(({ slots, tokens, atLeast }) => {
    const ample = hasSurplus ? Math.ceil(1.5 * tokens) + 8 : tokens;
    const guess = tokens === 0 ? BLANK_SLOTS : ample;
    const length = Math.max(slots === 'auto' ? Math.min(guess, spanGap) : slots, atLeast);
    if (length > spanGap) {
      throw new RequestError(
        slots === length
          ? `${length} slots were asked for, and the model fills at most ${spanGap} in a span. Ask for fewer, or leave it open how many.`
          : `A selection needs ${length} slots and the model fills at most ${spanGap}. Select less.`,
      );
    }
    return length;
  });
  const least = demands.map(({ slots, atLeast }, i) =>
    slots === 'auto' ? Math.max(1, atLeast) : wanted[i]!,
  );
  const spare = maxSlots - sum(least);
  if (spare < 0) {
    throw new RequestError(
      `The selections need ${sum(least)} slots together and the model fills at most ${maxSlots} at once. ` +
        'Select fewer places, or ask for fewer slots.',
    );
  }
  const extra = sum(wanted) - sum(least);
  const share = extra > spare ? spare / extra : 1;
  return wanted.map((length, i) => least[i]! + Math.floor((length - least[i]!) * share));
}

/**
 * L of each span for another try, the `outgrown` ones doubled as far as the model allows, up to 32.
 *
 * @returns undefined when none can grow
 */
export function grownLengths(
  lengths: readonly number[],
  outgrown: readonly number[],
  limits: SlotLimits,
): number[] | undefined {
  let spare = limits.maxSlots - sum(lengths);
  const grown = lengths.map((length, span) => {
    if (!outgrown.includes(span)) return length;
    const more = Math.min(length, MOST_GROWN - length, limits.spanGap - length, spare);
    spare -= Math.max(0, more);
    return length + Math.max(0, more);
  });
  return sum(grown) > sum(lengths) ? grown : undefined;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
