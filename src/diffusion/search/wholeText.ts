import { canvasOf } from '../canvas';
import type { CanvasView, Prediction } from '../denoiser';
import { tokenLogProb } from '../prediction';
import type { Alternative, TraceSlot, TraceStep } from '../trace/trace';

/** A text of a span as its slots hold it: its tokens, and the pad that ends it where it leaves slots. */
export function endedText(
  tokens: readonly number[],
  slots: number,
  pad: number | undefined,
): readonly number[] {
  return tokens.length < slots && pad !== undefined ? [...tokens, pad] : tokens;
}

/**
 * The canvas on which a span is asked about from left to right as if it held a text; all slots before it are settled.
 *
 * @param begin index of the first token of the text that is asked about
 * @param end of the last one, exclusive
 */
export function readingOf(
  slots: readonly TraceSlot[],
  span: number,
  text: readonly number[],
  maskToken: number,
  begin = 0,
  end = text.length,
): CanvasView {
  const { spanLengths, tokens } = canvasOf(slots, maskToken);
  const first = slots.findIndex((slot) => slot.span === span);
  tokens.fill(maskToken, first);
  tokens.set(text.slice(0, begin), first);
  return {
    spanLengths,
    tokens,
    causal: { from: first + begin, drafts: text.slice(begin, end - 1) },
  };
}

/**
 * Natural log-probabilities of a text's tokens by its reading, each behind those before it: their sum is that of the text
 * as a whole.
 *
 * @param unlisted what a token has that is not among the top K: −∞, or as much as the last of them, which is more than it has
 */
export function logProbsOf(
  prediction: Prediction,
  text: readonly number[],
  unlisted: 'none' | 'least' = 'none',
): number[] {
  const { topK, logProbs } = prediction;
  return text.map((token, k) => {
    const logProb = tokenLogProb(prediction, k, token);
    return unlisted === 'least' ? Math.max(logProb, logProbs[(k + 1) * topK - 1]!) : logProb;
  });
}

/** Alternatives are kept to so many decimals. */
const ROUNDED = 1e-4;

/** What a run that revealed a span from left to right knows of its text. */
export interface KnownText {
  /** Of its tokens. */
  readonly logProbs: readonly number[];
  /**
   * The most that another text can have by what is known: up to where they part, it has what this one has; there, what the
   * model said of its token.
   */
  atMost(other: readonly number[]): number;
}

/**
 * @param steps of the whole run
 * @param slots as they are after them
 * @param text that the span holds, the pad at its end included
 * @returns undefined where the steps do not tell all of it
 */
export function knownText(
  steps: readonly TraceStep[],
  slots: readonly TraceSlot[],
  span: number,
  text: readonly number[],
  pad: number | undefined,
): KnownText | undefined {
  const first = slots.findIndex((slot) => slot.span === span);
  const known = text.map((token, k) => tokenAsRevealed(steps, slots, first + k, { token, pad }));
  if (!known.every((each) => each !== undefined)) return undefined;
  const upTo = (count: number) =>
    known.slice(0, count).reduce((sum, { logProb }) => sum + logProb, 0);
  return {
    logProbs: known.map(({ logProb }) => logProb),
    atMost: (other) => {
      const parts = other.findIndex((token, k) => token !== text[k]);
      const there = known[parts];
      if (!there) return upTo(other.length);
      const listed = there.listed.find(([token]) => token === other[parts]);
      return upTo(parts) + (listed ?? there.listed.at(-1)!)[1] + ROUNDED;
    },
  };
}

/**
 * The log-probability of a token when its slot was revealed, and the best tokens there, most probable first. A pad may have
 * taken the place of the token that was chosen.
 */
function tokenAsRevealed(
  steps: readonly TraceStep[],
  slots: readonly TraceSlot[],
  i: number,
  { token, pad }: { readonly token: number; readonly pad: number | undefined },
): { readonly logProb: number; readonly listed: readonly Alternative[] } | undefined {
  const slot = slots[i]!.id;
  for (const { transitions, alternatives } of steps.toReversed()) {
    const revealed = transitions.find((each) => each.kind === 'reveal' && each.slot === slot);
    if (revealed?.kind !== 'reveal') continue;
    const ended = token === pad ? revealed.ending?.logProb : undefined;
    const logProb = revealed.token === token ? revealed.logProb : ended;
    // Spans that were given more slots since stood elsewhere.
    const isThere = slots.at(-1)!.span === 0 || alternatives.length === slots.length;
    const listed = isThere ? (alternatives[i] ?? []) : [];
    return logProb === undefined || listed.length === 0 ? undefined : { logProb, listed };
  }
  return undefined;
}
