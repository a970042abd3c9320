import { type Canvas, slotsIn, viewOf } from '../canvas';
import type { CanvasView, Denoiser, Prediction } from '../denoiser';
import type { Plan } from '../plan';

/** What the model says of slots that hold a token, without seeing it. */
export interface Recheck {
  /** The slots it was asked about, ascending. */
  readonly slots: readonly number[];
  /** Of the whole canvas; only its word on `slots` counts. */
  readonly prediction: Prediction;
}

/** A canvas on which the slots to ask about are masked. */
export interface Question {
  readonly slots: readonly number[];
  readonly view: CanvasView;
}

/**
 * The slots to ask the model about anew before a step, masked on a second canvas. Of the slots concerned every other one
 * is asked about, the others in the next step: so each is judged with its neighbours in view, which it may not have been
 * when it was revealed. WINO asks about the tokens that this run revealed; editing about all, unless the model speaks of
 * revealed slots anyway.
 *
 * @param index of the step.
 */
export function question(
  canvas: Canvas,
  { sampler, within }: Plan,
  revealed: Denoiser['revealed'],
  index: number,
): Question | undefined {
  const { remasker } = sampler.remask;
  if (!(remasker === 'wino' || (remasker === 'edit' && revealed === 'silent'))) return undefined;
  const slots = slotsIn(canvas, 'revealed', within)
    .filter((i) => remasker === 'edit' || !Number.isNaN(canvas.logProbs[i]!))
    .filter((_, k) => k % 2 === index % 2);
  if (slots.length === 0) return undefined;
  const view = viewOf(canvas);
  for (const i of slots) view.tokens[i] = canvas.maskToken;
  return { slots, view };
}

/** Steps until every revealed slot has been asked about: see `question`. */
export function stepsToRecheckAll(revealed: Denoiser['revealed']): number {
  return revealed === 'silent' ? 2 : 1;
}
