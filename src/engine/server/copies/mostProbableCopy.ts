import type { Denoiser, Prediction } from '../../../diffusion/denoiser';
import { type KnownText, logProbsOf, readingOf } from '../../../diffusion/search/wholeText';
import { observe, type SlotViews } from '../../../diffusion/trace/observe';
import type { TraceSlot } from '../../../diffusion/trace/trace';

/** Tokens of a copy that are read first: most copies that are no better can be told by them. */
const FIRST_READ = 4;

/** A copy, and what the model makes of it: of each token that was read. */
export interface Copy extends Pick<SlotViews, 'entropy' | 'alternatives'> {
  /** Its tokens, and the pad that ends it. */
  readonly tokens: readonly number[];
  readonly logProbs: readonly number[];
}

/** What stands in a span, and what could instead. */
export interface Tried {
  readonly slots: readonly TraceSlot[];
  readonly span: number;
  /** Of the span as it is, the pad that ends it included. */
  readonly text: readonly number[];
  readonly known: KnownText | undefined;
  readonly copies: readonly (readonly number[])[];
}

/** What a text is worth, a copy or not, given its log-probability; until told to stop. */
export interface ScoreContext {
  readonly score: (tokens: readonly number[], logProb: number, isCopy: boolean) => number;
  readonly signal: AbortSignal;
}

/**
 * The copy that is more probable than the text as a whole, if one is, and how many canvases it took to know. Copies are read a few
 * tokens at a time, and no further than they can still be: a text gets no more probable by going on.
 */
export async function mostProbableCopy(
  denoiser: Denoiser,
  { slots, span, text, known, copies }: Tried,
  { score, signal }: ScoreContext,
): Promise<{ readonly copy: Copy | undefined; readonly canvases: number }> {
  let best = known && score(text, sum(known.logProbs), false);
  let reading: readonly Copy[] = copies
    .filter((copy) => best === undefined || known!.atMost(copy) > best)
    .map((tokens) => ({ tokens, logProbs: [], entropy: [], alternatives: [] }));
  let copy: Copy | undefined;
  let canvases = 0;
  for (let count = FIRST_READ; reading.length > 0 && !signal.aborted; count *= 2) {
    const views = reading.map(({ tokens, logProbs: { length } }) =>
      readingOf(
        slots,
        span,
        tokens,
        denoiser.maskToken,
        length,
        Math.min(length + count, tokens.length),
      ),
    );
    if (best === undefined) views.unshift(readingOf(slots, span, text, denoiser.maskToken));
    const predictions = await denoiser.denoise(views);
    canvases += views.length;
    if (best === undefined)
      best = score(text, sum(logProbsOf(predictions.shift()!, text, 'least')), false);
    const further: Copy[] = [];
    for (const [i, before] of reading.entries()) {
      const { tokens } = before;
      const read = readFurther(before, predictions[i]!, count);
      const logProb = sum(read.logProbs);
      // Parsing takes longer than to see that it does not matter.
      if (logProb <= best) continue;
      if (read.logProbs.length < tokens.length) {
        further.push(read);
        continue;
      }
      const found = score(tokens, logProb, true);
      if (found <= best) continue;
      best = found;
      copy = read;
    }
    reading = further.filter(({ logProbs }) => sum(logProbs) > best!);
  }
  return { copy, canvases };
}

function readFurther(copy: Copy, prediction: Prediction, count: number): Copy {
  const { tokens, logProbs } = copy;
  const asked = tokens.slice(logProbs.length, logProbs.length + count);
  const seen = observe(prediction, new Float64Array(asked.length));
  return {
    tokens,
    logProbs: [...logProbs, ...logProbsOf(prediction, asked)],
    entropy: [...copy.entropy, ...seen.entropy],
    alternatives: [...copy.alternatives, ...seen.alternatives],
  };
}

const sum = (logProbs: readonly number[]) => logProbs.reduce((total, each) => total + each, 0);
