import type { Canvas } from '../canvas';
import type { CausalReading, Denoiser, Prediction } from '../denoiser';
import type { PlannedStep } from '../plan';
import { spreadOut } from './causal';
import type { Inquiry } from './inquiry';
import type { Choice } from './standing';
import { type TakenStep, takeStep } from './step';

/** A step as it was taken on a canvas, and what it went by. */
export interface Attempt {
  /** After the step. */
  readonly canvas: Canvas;
  /** Of all slots. */
  readonly prediction: Prediction;
  readonly taken: TakenStep;
}

/** What a step goes by beside what it asked. */
export interface AttemptContext {
  readonly denoiser: Denoiser;
  readonly planned: PlannedStep;
  /** The first token behind each span, undefined where there is none. */
  readonly following: readonly (number | undefined)[];
  /** See `drift`; for `klass`. */
  readonly drift: (prediction: Prediction) => Float64Array | undefined;
  /** With the draws of the step from their start: the same for every attempt at it. */
  readonly choice: () => Choice;
}

/**
 * Takes a step: once, or by each reading of the canvas from left to right, of which that counts whose drafts hold longest.
 *
 * @param canvas is changed, or left to the attempt that counts
 * @param predictions answers to the inquiry, in its order
 * @param holding the prediction of the step before, for an inquiry that does not look anew
 */
export function attemptStep(
  canvas: Canvas,
  { readings, recheck, looksAnew }: Inquiry,
  predictions: readonly Prediction[],
  holding: Prediction | undefined,
  { denoiser, planned, following, drift, choice }: AttemptContext,
): Attempt {
  const attempt = (on: Canvas, prediction: Prediction, causal?: CausalReading): Attempt => ({
    canvas: on,
    prediction,
    taken: takeStep(
      on,
      {
        prediction,
        revealed: denoiser.revealed,
        end: denoiser.padToken,
        following,
        recheck: recheck && { slots: recheck.slots, prediction: predictions.at(-1)! },
        causal,
        drift: drift(prediction),
      },
      planned,
      choice(),
    ),
  });
  const attempts = readings.map((causal, i) => ({
    causal,
    ...attempt(
      readings.length === 1 ? canvas : structuredClone(canvas),
      spreadOut(predictions[i]!, causal, canvas.tokens.length),
      causal,
    ),
  }));
  return longestHeld(attempts) ?? attempt(canvas, looksAnew ? predictions[0]! : holding!);
}

/**
 * Of attempts at one step, with the same draws, the one whose drafts hold longest; the first of equals. The tokens chosen are
 * the same in all of them as long as their drafts hold, so that the choice favours none but the longest way along them.
 *
 * @returns undefined for none.
 */
function longestHeld(
  attempts: readonly (Attempt & { readonly causal: CausalReading })[],
): Attempt | undefined {
  const held = attempts.map(({ canvas, causal: { from, drafts } }) => {
    const wrong = drafts.findIndex((draft, k) => canvas.tokens[from + k] !== draft);
    return wrong < 0 ? drafts.length : wrong;
  });
  return attempts[held.indexOf(Math.max(...held))];
}
