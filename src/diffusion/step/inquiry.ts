import { type Canvas, viewOf } from '../canvas';
import {
  type CanvasView,
  type CausalReading,
  type Denoiser,
  DenoiserError,
  type Prediction,
  slotsAsked,
} from '../denoiser';
import type { PlannedStep } from '../plan';
import { checkPrediction } from '../prediction';
import { type ContextPieces, causalReadings } from './causal';
import { type Question, question } from './recheck';

/** What a step asks the model. */
export interface Inquiry {
  /** The whole canvas, as it was when this was asked. */
  readonly view: CanvasView;
  /** The canvas from left to right, in several ways; none where it is read as a whole. */
  readonly readings: readonly CausalReading[];
  /** About slots that hold a token, for the remaskers that ask. */
  readonly recheck: Question | undefined;
  /** Whether something is asked about masked slots: not where the last prediction still holds. */
  readonly looksAnew: boolean;
  /** One per reading, or the whole canvas where it is looked at anew; then that of `recheck`. */
  readonly canvases: readonly CanvasView[];
}

/** What an inquiry depends on beside the canvas. */
export interface InquiryContext {
  readonly planned: PlannedStep;
  readonly context: ContextPieces;
  /** Index of the step, counted from where its slots last grew. */
  readonly index: number;
  /** Whether the prediction of the step before is one of this very canvas. */
  readonly stillHolds: boolean;
}

export function inquiryOf(
  canvas: Canvas,
  denoiser: Denoiser,
  { planned, context, index, stillHolds }: InquiryContext,
): Inquiry {
  const recheck = question(canvas, planned.plan, denoiser.revealed, index);
  const readings = causalReadings(canvas, planned, denoiser, context);
  const view = viewOf(canvas);
  const looksAnew = readings.length > 0 || !stillHolds || recheck !== undefined;
  const canvases = [
    ...readings.map((causal) => ({ ...view, causal })),
    ...(looksAnew && readings.length === 0 ? [view] : []),
    ...(recheck ? [recheck.view] : []),
  ];
  return { view, readings, recheck, looksAnew, canvases };
}

/**
 * One checked prediction per canvas, in one denoiser call; none for none.
 *
 * @throws {DenoiserError} when a prediction is unusable; whatever the denoiser throws.
 */
export async function predict(
  denoiser: Denoiser,
  canvases: readonly CanvasView[],
): Promise<Prediction[]> {
  if (canvases.length === 0) return [];
  const predictions = await denoiser.denoise(canvases);
  if (predictions.length !== canvases.length)
    throw new DenoiserError(
      `The model returned ${predictions.length} predictions for ${canvases.length === 1 ? 'one canvas' : `${canvases.length} canvases`}. Try another model.`,
    );
  predictions.forEach((prediction, i) => {
    checkPrediction(prediction, slotsAsked(canvases[i]!), denoiser.maskToken);
  });
  return predictions;
}
